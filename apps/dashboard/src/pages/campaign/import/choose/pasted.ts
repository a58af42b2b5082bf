import { csvRow, looksLikeNumber } from "@ringfence/intake";

/** What separates a pasted number from the name behind it. */
const BEHIND_NUMBER = /[,;\t]/;

/**
 * Pasted lines `number` or `number, name` as CSV with a header row, each on its own line; the name is all that follows the
 * first comma, semicolon or tab. Null if it is a table, whose columns a person has to check: its first line does not
 * begin with a number, or has three or more cells of a spreadsheet.
 */
export function linesToCsv(text: string): string | null {
  const rows = text.split(/\r\n|\n|\r/).map((line): [string, string] => {
    const at = line.search(BEHIND_NUMBER);
    const [number, name] = at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
    return [number.trim(), name.trim().replace(/^"(.*)"$/, "$1")];
  });
  const first = rows.find(([number, name]) => number !== "" || name !== "");
  if (!first || !looksLikeNumber(first[0]) || first[1].includes("\t")) return null;
  return csvRow(["phone_number", "name"]) + rows.map(csvRow).join("");
}
