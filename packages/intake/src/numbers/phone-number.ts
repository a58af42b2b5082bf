import parsePhoneNumber from "libphonenumber-js/max";
import { type Country, callingCodeOf, isCountry } from "./countries.ts";
import { plainCell } from "./plain-cell.ts";

/** A number as E.164, or the reason why the cell holds none: the fault and the remedy. */
export type NumberReading = { phoneNumber: string } | { reason: string };

/** Most digits of a number (ITU-T E.164, 6.1). */
const MOST_DIGITS = 15;
/** Digit counts of numbers of +1, including the 1; the short ones are Canada's, such as +1 310-1234. */
const NORTH_AMERICAN_DIGITS = [8, 11];
/** What follows a hyphen if it is one more group of a number, not a range, extension or second number. */
const LAST_GROUP = /^\d{4}$/;

/** Any text between two digits. */
const GAP = /[^0-9]+/g;
/** Separators between the groups of one number. */
const ORDINARY_GAP = /^[ ./~()[\]-]*$/;
/** Signs that occur in numbers and between them. */
const SIGNS = "\\s+()[\\]/\\\\|.,;:~&*#_-";
/** Letters, and at either end of a cell anything that does not occur in or between numbers. */
const WORD = new RegExp(`[\\p{L}\\p{M}\\p{No}\\p{Nl}]+|^[^\\d${SIGNS}]+|[^\\d${SIGNS}]+$`, "u");
/** Signs allowed before the first and after the last digit: a minus would be a formula's result, dots a number cut off. */
const ENDS = /^[+([ ]*\d(?:.*\d)?[)\]]? ?[.,;]?$/s;
const EXTENSION = /^(?:ext?|extension|x|dw|durchwahl|poste|ramal|int|anexo)$/i;
const PLAIN_E164 = /^\+[1-9]\d{6,14}$/;

/**
 * Reads the one phone number in a cell. Libphonenumber joins digits across `/ ( ) [ ] - . ~` and spaces and checks
 * only their count; that would dial strangers where people write two numbers, a range or an extension. So a cell with more
 * than one reading is refused. International numbers must be possible: number plans change, and Retell answers for a
 * number that nobody has. Numbers without `+` are national numbers of `defaultCountry`, if given, and must be valid.
 * Throws RangeError if `defaultCountry` is not a country.
 */
export function readPhoneNumber(cell: string, defaultCountry?: string): NumberReading {
  if (defaultCountry !== undefined && !isCountry(defaultCountry)) throw new RangeError("No such country");
  if (PLAIN_E164.test(cell)) return joined(cell, defaultCountry);
  const text = plainCell(cell);
  const fault = faultOf(text, defaultCountry);
  return fault === null ? joined(text, defaultCountry) : { reason: fault };
}

/** Why a text is not one number, whatever its digits are. */
function faultOf(text: string, country: Country | undefined): string | null {
  if (text === "") return "The number is missing";
  if (/^[+-]?\d+(?:[.,]\d+)?e[+-]?\d+$/i.test(text))
    return "The spreadsheet has rounded the number; format the column as text and export again";
  const digits = /\d/.exec(text);
  if (!digits) return "Is not a phone number";
  const word = WORD.exec(text);
  if (word) {
    const where = word.index < digits.index ? "before the number" : "behind the number";
    const why = EXTENSION.test(word[0]) ? ": an extension cannot be dialled" : "";
    return `Text stands ${where}${why}; leave nothing but the number in the cell`;
  }
  return ambiguity(text, country) ?? oddSign(text, country);
}

/** Why a text has more than one reading: a valid number ends before a sign, and more digits follow. */
function ambiguity(text: string, country: Country | undefined): string | null {
  for (const { 0: gap, index } of text.matchAll(GAP)) {
    const end = index + gap.length;
    if (index === 0 || end === text.length || !splits(gap, text.slice(end))) continue;
    const first = validNumber(text.slice(0, index), country);
    if (!first) continue;
    const behind = text.slice(index).replace(/^[^\d+]+/, "");
    const whole = possibleNumber(text, country);
    const other = whole && whole !== first ? `${whole} as a whole` : `that and ${behind} as another number`;
    const remedy = /^ ?- ?$/.test(gap) ? "if it is one number, write it without the hyphen; else " : "";
    return `May be ${first} or ${other}: ${remedy}keep one number in the cell`;
  }
  return null;
}

/** Whether a number may end before this gap: `behind` are the digits and signs that follow it. */
function splits(gap: string, behind: string): boolean {
  if (gap === " " || gap === ".") return false;
  if (gap !== "-" && gap !== "~") return true;
  const group = behind.replace(/\D+$/, "");
  // If more signs follow, they decide.
  return /^[\d .]+$/.test(group) && !LAST_GROUP.test(group);
}

/** Rejects signs that occur in no number, and a plus that is not at its beginning. */
function oddSign(text: string, country: Country | undefined): string | null {
  if (text.lastIndexOf("+") > 0)
    return text.indexOf("+") === 0
      ? "Holds more than one +: keep one number in the cell"
      : "The + does not begin the cell: keep nothing but one number in it";
  if (!text.startsWith("+") && country === undefined) return "Must be international: begin with + and the country code";
  const digits = digitsOf(text).length;
  if (digits > MOST_DIGITS) return `Has ${digits} digits; no number has more than ${MOST_DIGITS}`;
  if (!ENDS.test(text)) return "Signs stand before or behind the number; leave nothing but the number in the cell";
  for (const { 0: gap, index } of text.matchAll(GAP)) {
    const isInside = index > 0 && index + gap.length < text.length;
    if (isInside && !ORDINARY_GAP.test(gap)) return "Is not a phone number: keep nothing but one number in the cell";
  }
  return null;
}

/** All digits of a text as one number. */
function joined(text: string, country: Country | undefined): NumberReading {
  const digits = digitsOf(text);
  if (text.startsWith("+") || country === undefined) {
    const number = parsePhoneNumber(`+${digits}`);
    if (!number) return { reason: "Begins with no country code that there is" };
    if (!number.isPossible()) return { reason: "Has too few or too many digits for its country" };
    // People write a zero by habit where it may belong to the number, as in Italy, but this number has none.
    const isDoubtful = text.includes("(0)") && !number.isValid();
    const without = isDoubtful ? possibleNumber(text.replace("(0)", ""), country) : undefined;
    return without === undefined || without === number.number
      ? { phoneNumber: number.number }
      : { reason: `May be ${number.number} or ${without}: write it without the (0), or with the 0 and no brackets` };
  }
  const readings = nationalReadings(digits, country);
  const [first, second] = readings;
  if (!first) return { reason: `Is no valid number of ${country}; write it with + and its country code` };
  return second
    ? { reason: `May be ${first} or ${second}: write it with + and its country code` }
    : { phoneNumber: first };
}

/** The readings of digits without a plus: a national number, and an international number that lost its plus. */
function nationalReadings(digits: string, country: Country): string[] {
  const code = callingCodeOf(country);
  const national = parsePhoneNumber(digits, country);
  const plusLost = digits.startsWith(code) ? parsePhoneNumber(`+${digits}`) : undefined;
  const readings = [national, plusLost].flatMap((number) =>
    // A country's international prefix, such as 011, cannot begin a national number.
    number?.countryCallingCode === code && number.isValid() ? [number.number] : [],
  );
  return [...new Set(readings)];
}

const digitsOf = (text: string): string => text.replace(/\D/g, "");

/** The number formed by all digits of a text, if it is possible. */
function possibleNumber(text: string, country: Country | undefined): string | undefined {
  const digits = digitsOf(text);
  if (digits.length > MOST_DIGITS || text.lastIndexOf("+") > 0) return undefined;
  const number = text.startsWith("+") ? parsePhoneNumber(`+${digits}`) : country && parsePhoneNumber(digits, country);
  return number?.isPossible() ? number.number : undefined;
}

/** The number formed by all digits of a text, if it is valid. */
function validNumber(text: string, country: Country | undefined): string | undefined {
  const digits = digitsOf(text);
  if (digits.length > MOST_DIGITS) return undefined;
  // Avoids checking `+1 415` against each of the 25 countries of +1.
  if (text.startsWith("+1") && !NORTH_AMERICAN_DIGITS.includes(digits.length)) return undefined;
  if (!text.startsWith("+")) return country && nationalReadings(digits, country)[0];
  const number = parsePhoneNumber(`+${digits}`);
  return number?.isValid() ? number.number : undefined;
}
