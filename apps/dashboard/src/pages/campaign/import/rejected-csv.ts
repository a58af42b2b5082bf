import type { ImportReport } from "../../../api/types.ts";
import { csvRow } from "./upload-body.ts";

/** Cells that a spreadsheet would run as a formula begin so (owasp.org, "CSV Injection"); a leading quote makes them text. What is nothing but a number stays. */
const defuse = (text: string): string =>
  /^[=+\-@＝＋－＠\t\r\n]/.test(text) && !/^\+[\d ]+$/.test(text) ? `'${text}` : text;

/** The rejected rows of an import, for a spreadsheet. */
export const rejectedCsv = (rejected: ImportReport["rejected"]): string =>
  csvRow(["row", "phone_number", "reason"]) +
  rejected.map(({ row, phone_number, reason }) => csvRow([String(row), defuse(phone_number), defuse(reason)])).join("");
