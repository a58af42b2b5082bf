import { mayActAs, type Role } from "../contract/roles.ts";

/** The criteria of a search for calls: part of a name, part of a number, or both; null matches nothing. */
export interface CallSearch {
  name: string | null;
  digits: string | null;
}

/** Digits that a masked number shows at its end. */
const DIGITS_SHOWN = 4;

/**
 * The criteria that this role may use. A number is found by its digits, however they are written. A viewer sees four
 * digits of a number and finds no number by more: each further digit that matches would reveal a hidden digit.
 */
export function callSearch(search: string, role: Role): CallSearch {
  const digits = search.replace(/[\s+().-]/g, "");
  if (!mayActAs(role, "operator") && search.replace(/\D/g, "").length > DIGITS_SHOWN)
    return { name: null, digits: null };
  return { name: search, digits: /^\d+$/.test(digits) ? digits : null };
}
