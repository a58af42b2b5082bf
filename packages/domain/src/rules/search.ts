import { mayActAs, type Role } from "../contract/roles.ts";

/** What a search for calls looks for: part of a name, or part of a number, or both; null finds nothing. */
export interface CallSearch {
  name: string | null;
  digits: string | null;
}

/** Digits that a masked number shows at its end. */
const DIGITS_SHOWN = 4;

/**
 * What this role may look for. A number is found by its digits, however they are written. A viewer, who sees four
 * digits of a number, finds none by more: each digit more that finds a call would be one that is hidden from them.
 */
export function callSearch(search: string, role: Role): CallSearch {
  const digits = search.replace(/[\s+().-]/g, "");
  if (!mayActAs(role, "operator") && search.replace(/\D/g, "").length > DIGITS_SHOWN)
    return { name: null, digits: null };
  return { name: search, digits: /^\d+$/.test(digits) ? digits : null };
}
