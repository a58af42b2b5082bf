import { isCountry, readPhoneNumber } from "@ringfence/intake";
import { usage } from "../exit-codes.ts";
import { plain } from "../terminal/text.ts";
import type { RejectedRow } from "./rejected-rows.ts";

/** Reads a country by its two letters, in either case. Throws CliError if no country has them. */
export function readCountry(letters: string | undefined): string | undefined {
  if (letters === undefined) return undefined;
  const country = letters.toUpperCase();
  if (!isCountry(country))
    throw usage(`--country: There is no country "${plain(letters)}"; give its two letters, such as DE or US`);
  return country;
}

/** Reads the number that a new campaign calls from, as E.164. Throws CliError with the reason if it is not a number. */
export function readCaller(from: string, country: string | undefined): string {
  const number = readPhoneNumber(from, country);
  if ("reason" in number) throw usage(`--from: ${number.reason}`);
  return number.phoneNumber;
}

/** Reads numbers from the command line: valid numbers as E.164, and the rejected ones by position. */
export function readNumbers(numbers: readonly string[], letters: string | undefined) {
  const country = readCountry(letters);
  const phone_numbers: string[] = [];
  const rejected: RejectedRow[] = [];
  for (const [n, phone_number] of numbers.entries()) {
    const number = readPhoneNumber(phone_number, country);
    if ("phoneNumber" in number) phone_numbers.push(number.phoneNumber);
    else rejected.push({ row: n + 1, line: null, phone_number, reason: number.reason, values: phone_number });
  }
  return { phone_numbers, rejected };
}
