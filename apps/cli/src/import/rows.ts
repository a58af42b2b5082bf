import type { CandidateInput } from "@ringfence/domain";

/** A row of the file, as it stands there. */
export interface FileRow {
  /** 1 is the first row after the header, or the first line of NDJSON that holds something. */
  row: number;
  /** Line of the file in which it begins; of a workbook the row of the sheet. */
  line: number;
  /** The fields of a table's row; of NDJSON the element. */
  values: unknown;
}
export type TakenRow = FileRow & { candidate: CandidateInput };
/** A row that is not imported; `phone_number` is its number as it stands in the file. */
export type RefusedRow = FileRow & { phone_number: string; reason: string };

/** Something to say beside the result, with a word for scripts. */
export interface Note {
  code: "charset" | "columns" | "rejected_rows";
  detail: string;
}

/** A file that is understood so far that its rows can be read. */
export interface OpenRows {
  /** What a person should know about how the file is read. */
  notes: Note[];
  /** Columns of rejected rows when they are written down. */
  columns: readonly string[];
  /** What separates their fields: that of the file if it has semicolons, as Excel has it where numbers have a decimal comma. */
  separator: "," | ";";
  /** The row under these columns. */
  cells(values: unknown): readonly string[];
  /** The rows from the first on, in groups, in file order. Throws IntakeFault where the file cannot be read. */
  groups(): AsyncGenerator<{ taken: TakenRow[]; refused: RefusedRow[] }>;
}
