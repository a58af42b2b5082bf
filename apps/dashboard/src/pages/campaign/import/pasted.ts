import { looksLikeNumber } from "./mapping.ts";
import { csvRow } from "./upload-body.ts";

/**
 * Pasted lines `number` or `number, name` as CSV with a header row; the name is all that follows the first comma,
 * semicolon or tab. Null if the first line does not begin with a number: then it is a table to be mapped.
 */
export function linesToCsv(text: string): string | null {
  const lines = text
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const rows = lines.map((line): [string, string] => {
    const at = line.search(/[,;\t]/);
    const [number, name] = at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
    return [number.trim(), name.trim().replace(/^"(.*)"$/, "$1")];
  });
  if (!rows[0] || !looksLikeNumber(rows[0][0])) return null;
  return csvRow(["phone_number", "name"]) + rows.map(csvRow).join("");
}
