/** Which column holds what, by its place; null = none. All other columns become dynamic variables. */
export interface Mapping {
  phone: number | null;
  name: number | null;
  externalId: number | null;
}

const PHONE = [
  /^phone[_ -]?(number|no)?$/,
  /phone|msisdn/,
  /mobile|mobil|handy|^cell$|cell[_ -]?(no|number)/,
  /^tel(\b|_|\.)/,
  /^(contact|dial)?[_ -]?number$/,
  /number/,
];
const NAME = [
  /^name$/,
  /^(full|contact|candidate|customer)[_ -]?name$/,
  /^first[_ -]?name$/,
  /^names?\b/,
  /(^|[_ -])name$/,
];
const EXTERNAL_ID = [/^external[_ -]?id$/, /^(candidate|customer|contact|record|crm)?[_ -]?id$/, /^ref(erence)?$/];

/** Whether a cell is probably a phone number, international or not. */
export const looksLikeNumber = (cell: string): boolean =>
  /^\s*[+(]?[\d\s().\-/]+$/.test(cell) && cell.replace(/\D/g, "").length >= 7;

/** Whether a number has the country code that the API asks for. */
export const isInternational = (cell: string): boolean => /^\s*\+/.test(cell);

/** Whether the first row names columns: it does unless it holds a phone number. */
export const hasHeaderRow = (rows: readonly string[][]): boolean => !(rows[0] ?? []).some(looksLikeNumber);

/** Names of the columns: those of the first row or, without a header row, made ones. */
export const columnsOf = (rows: readonly string[][], hasHeader: boolean): string[] =>
  (rows[0] ?? []).map((cell, n) => (hasHeader ? cell.trim() : "") || `column_${n + 1}`);

/** What each column probably holds, by its name, else by what its first cells look like. */
export function guessMapping(rows: readonly string[][], hasHeader: boolean): Mapping {
  const columns = columnsOf(rows, hasHeader);
  const data = hasHeader ? rows.slice(1) : rows;
  const byName = (patterns: RegExp[], taken: (number | null)[]): number | null => {
    if (!hasHeader) return null;
    for (const pattern of patterns) {
      const at = columns.findIndex((column, n) => !taken.includes(n) && pattern.test(column.toLowerCase()));
      if (at >= 0) return at;
    }
    return null;
  };
  const byCells = (wanted: (cell: string) => boolean, taken: number | null): number | null => {
    const at = columns.findIndex((_, n) => n !== taken && data.length > 0 && most(data, n, wanted));
    return at < 0 ? null : at;
  };
  const phone = byName(PHONE, []) ?? byCells(looksLikeNumber, null);
  const name = hasHeader ? byName(NAME, [phone]) : byCells((cell) => /^[^@\d]*\p{L}[^@\d]*$/u.test(cell), phone);
  return { phone, name, externalId: byName(EXTERNAL_ID, [phone, name]) };
}

const most = (rows: readonly string[][], column: number, wanted: (cell: string) => boolean): boolean =>
  rows.filter((row) => wanted(row[column] ?? "")).length * 2 > rows.length;

/** The header row as the API takes it: the mapped columns by its names, each other by its own, none empty, none twice. */
export function apiColumns(columns: readonly string[], mapping: Mapping): string[] {
  const used = new Set(["phone_number", "name", "external_id"]);
  return columns.map((column, n) => {
    if (n === mapping.phone) return "phone_number";
    if (n === mapping.name) return "name";
    if (n === mapping.externalId) return "external_id";
    const wanted = column.replaceAll("\0", "").trim() || `column_${n + 1}`;
    let unique = wanted;
    for (let again = 2; used.has(unique); again++) unique = `${wanted}_${again}`;
    used.add(unique);
    return unique;
  });
}
