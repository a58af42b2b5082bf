import { IntakeFault } from "../intake-fault.ts";
import { hasFormulaGuards, REJECTED_BECAUSE, withoutGuard } from "../rejected-rows.ts";
import type { TableRecord } from "./records.ts";

/** A row of a table under its columns. */
export interface TableRow {
  /** 1 is the first data row; rows of empty fields are not counted. */
  row: number;
  /** Line of the file in which it begins, from 1. */
  line: number;
  /** The unchanged row. */
  values: string[];
  /** One cell per column; missing last cells are empty. */
  cells: string[];
  /** Why the row is unreadable; null if it can be read. */
  fault: string | null;
}

/** A table whose columns are known and whose rows are still to be read. */
export interface Table {
  /** Names in file order, trimmed; empty for unnamed columns. */
  columns: string[];
  /** The rows in groups, in file order. Throws what reading the file throws. */
  rows: AsyncGenerator<TableRow[]>;
}

type Records = AsyncIterable<TableRecord[]> | Iterable<TableRecord[]>;

/**
 * Takes the first row as the header or, without one (`hasHeader: false`), names as many columns as it has fields
 * `column_1`, `column_2` ... Null if there is no row.
 */
export async function openTable(records: Records, { hasHeader = true } = {}): Promise<Table | null> {
  const groups = (async function* () {
    yield* records;
  })();
  const first = await groups.next();
  if (first.done) return null;
  const [top, ...rest] = first.value;
  if (top!.isBroken) throw new IntakeFault("Has text behind a closing quote in the header row", top!.line);
  const isGuarded = hasHeader && hasFormulaGuards(top!.cells);
  const columns = hasHeader
    ? top!.cells.map((name) => (isGuarded ? withoutGuard(name) : name).trim())
    : top!.cells.map((_, n) => `column_${n + 1}`);
  return { columns, rows: rowsOf(columns, isGuarded, hasHeader ? rest : first.value, groups) };
}

async function* rowsOf(columns: string[], isGuarded: boolean, first: TableRecord[], groups: Records) {
  let row = 0;
  const placed = (records: TableRecord[]): TableRow[] =>
    records.map(({ line, cells, isBroken }) => {
      row++;
      const values = isGuarded ? cells.map(withoutGuard) : cells;
      return { row, line, values, ...underColumns(columns, values, isBroken) };
    });
  if (first.length > 0) yield placed(first);
  for await (const records of groups) yield placed(records);
}

function underColumns(columns: string[], values: string[], isBroken: boolean): Pick<TableRow, "cells" | "fault"> {
  const cells = columns.map((_, n) => values[n] ?? "");
  if (isBroken) return { cells, fault: "Has text behind a closing quote" };
  if (values.length > columns.length && values.slice(columns.length).some(holdsSomething))
    return { cells, fault: `Has ${values.length} fields, the header has ${columns.length}` };
  if (columns.some((name, n) => name === "" && holdsSomething(cells[n]!)))
    return { cells, fault: "Holds something in a column that has no name" };
  for (const [n, cell] of cells.entries()) {
    const fault = unstorable(cell);
    if (fault !== null && columns[n] !== REJECTED_BECAUSE) return { cells, fault };
  }
  return { cells, fault: null };
}

const holdsSomething = (cell: string): boolean => cell.trim() !== "";

/** Why a text cannot be stored unchanged; null if it can. */
export function unstorable(text: string): string | null {
  if (text.includes("\0")) return "Holds NUL, which cannot be stored";
  if (text.includes("\ufffd"))
    return "Holds U+FFFD, which stands for a letter that was lost; save the file as UTF-8 and import it again";
  return null;
}
