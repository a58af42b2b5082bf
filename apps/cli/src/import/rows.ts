import type { CandidateInput } from "@ringfence/domain";

/** A row of the file, unchanged. */
export interface FileRow {
  /** 1 is the first row after the header, or the first NDJSON line that is not empty. */
  row: number;
  /** Line of the file on which the row begins; for a workbook, the row of the sheet. */
  line: number;
  /** The fields of a table's row, or the element of NDJSON. */
  values: unknown;
}
export type TakenRow = FileRow & { candidate: CandidateInput };
/** A row that is not imported; `phone_number` is its number as written in the file. */
export type RefusedRow = FileRow & { phone_number: string; reason: string };

/** A note to print beside the result, with a code for scripts. */
export interface Note {
  code: "charset" | "columns" | "rejected_rows";
  detail: string;
}

/** A file whose format and columns are known, so that its rows can be read. */
export interface OpenRows {
  /** Notes for the user about how the file is read. */
  notes: Note[];
  /** Columns of rejected rows when they are written to a file. */
  columns: readonly string[];
  /** The separator of their fields: a semicolon if the file has semicolons, as Excel writes them in locales with a decimal comma. */
  separator: "," | ";";
  /** Arranges a row under these columns. */
  cells(values: unknown): readonly string[];
  /** All rows, in groups, in file order. Throws IntakeFault where the file cannot be read. */
  groups(): AsyncGenerator<{ taken: TakenRow[]; refused: RefusedRow[] }>;
}
