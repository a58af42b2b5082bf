import {
  ANOTHERS,
  EXTERNAL_ID,
  FAX,
  FIRST_NAME,
  FULL_NAME,
  LABEL,
  LAST_NAME,
  NAME,
  PHONE,
  PHONE_PERHAPS,
} from "./column-words.ts";
import type { ColumnMapping } from "./columns.ts";

/** Most number columns used, each if the previous ones are empty; a person can see and change this many. */
const MOST_PHONES = 3;
/** Share of the filled cells that have to look like the kind. */
const MOST_OF_THEM = 0.5;

/** Dates and amounts, which have as many digits as phone numbers. */
const NO_PHONE = /^(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4})(?!\d)|^\d+[.,]\d{1,2}$/;

/** Whether a cell is probably a phone number, international or not. */
export const looksLikeNumber = (cell: string): boolean => {
  const digits = cell.replace(/\D/g, "").length;
  return (
    digits >= 6 &&
    digits <= 20 &&
    !NO_PHONE.test(cell.trim()) &&
    /^[\s'"=]*(?:tel:)?[+(\d][\d\s().,;/+~\u2010-\u2015-]*"?$/i.test(cell)
  );
};
const looksLikeName = (cell: string): boolean => /^[^@\d]*\p{L}[^@\d]*$/u.test(cell);

/** Whether the first row names columns: it does unless it holds a phone number. */
export const hasHeaderRow = (firstRow: readonly string[]): boolean => !firstRow.some(looksLikeNumber);

/** A name normalised like the words of `column-words.ts`: lower case without accents, and spaces for punctuation. */
const plain = (column: string): string =>
  column
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .normalize("NFC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/**
 * What each column of a person's file probably holds, by its name in many languages and by what its
 * first cells look like. A person checks the guess before the import. `phones` is empty if no number column is found.
 */
export function guessColumns(columns: readonly string[], rows: readonly (readonly string[])[]): ColumnMapping {
  const names = columns.map(plain);
  const places = columns.map((_, n) => n);
  const share = (n: number, looksRight: (cell: string) => boolean): number | null => {
    const filled = rows.map((row) => row[n] ?? "").filter((cell) => cell.trim() !== "");
    return filled.length === 0 ? null : filled.filter(looksRight).length / filled.length;
  };
  /** Columns that these words match, unless their cells contradict. */
  const called = (words: RegExp, looksRight: (cell: string) => boolean): number[] =>
    places.filter((n) => words.test(names[n]!) && (share(n, looksRight) ?? 1) >= MOST_OF_THEM);

  const phones = phoneColumns();
  const name = nameColumns(places.filter((n) => !phones.includes(n)));
  const externalId = places.find((n) => EXTERNAL_ID.test(names[n]!) && !phones.includes(n) && !name.includes(n));
  return { phones, name, externalId: externalId ?? null };

  function phoneColumns(): number[] {
    const ownPhone = (n: number) => !FAX.test(names[n]!) && !LABEL.test(names[n]!) && !ANOTHERS.test(names[n]!);
    const named = called(PHONE, looksLikeNumber).filter(ownPhone);
    const filled = named.filter((n) => share(n, looksLikeNumber) !== null);
    // `Phone` before `Default Address Phone`.
    const plainest = filled.filter((n) => !names[n]!.includes(" ") || names[n] === "phone number");
    const ordered = [...new Set([...plainest, ...filled, ...named])];
    if (ordered.length > 0) return ordered.slice(0, MOST_PHONES);
    const alike = places.filter((n) => ownPhone(n) && (share(n, looksLikeNumber) ?? 0) > MOST_OF_THEM);
    const perhaps = alike.filter((n) => PHONE_PERHAPS.test(names[n]!));
    const international = alike.find((n) => (share(n, (cell) => /^\s*(?:\+|00)/.test(cell)) ?? 0) > MOST_OF_THEM);
    const best = international ?? perhaps[0] ?? alike.find((n) => !EXTERNAL_ID.test(names[n]!)) ?? alike[0];
    return best === undefined ? [] : [best];
  }

  function nameColumns(free: number[]): number[] {
    const find = (words: RegExp) => called(words, looksLikeName).find((n) => free.includes(n));
    const full = find(FULL_NAME);
    if (full !== undefined) return [full];
    const [first, last, plainName] = [find(FIRST_NAME), find(LAST_NAME), find(NAME)];
    // Chinese and Japanese names begin with the family name.
    if (first !== undefined && last !== undefined) return names[last] === "姓" ? [last, first] : [first, last];
    // `Nome` beside `Cognome` is the first name, unless its cells hold both.
    if (first === undefined && last !== undefined && plainName !== undefined)
      return holdsBoth(plainName) ? [plainName] : [plainName, last];
    if (first === undefined) {
      const only = plainName ?? last ?? (rows.length > 0 ? unnamed(free) : undefined);
      return only === undefined ? [] : [only];
    }
    // Beside `Vorname`, `Name` is the family name, unless its cells hold both.
    if (plainName === undefined) return [first];
    return holdsBoth(plainName) ? [plainName] : [first, plainName];
  }

  function holdsBoth(n: number): boolean {
    return (share(n, (cell) => /\S\s+\S/.test(cell.trim())) ?? 0) > MOST_OF_THEM;
  }

  /** The first column of words in a file without a header row. */
  function unnamed(free: number[]): number | undefined {
    const hasNames = columns.some((column, n) => column !== `column_${n + 1}`);
    return hasNames ? undefined : free.find((n) => (share(n, looksLikeName) ?? 0) > MOST_OF_THEM);
  }
}
