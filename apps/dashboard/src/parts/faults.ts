import { RingfenceError } from "@ringfence/client";
import { codeOf, wordsOf } from "../api/errors.ts";

/** The API's fault of one field of a form, undefined if there is none. `error` is whatever the request threw. */
export function faultAt(error: unknown, path: string): string | undefined {
  return faultsOf(error).find((fault) => fault.path === path)?.message;
}

/** The fault of a form that belongs to none of its fields, null if there is none. */
export function faultElsewhere(error: unknown, fields: readonly string[]): string | null {
  if (!error) return null;
  const code = codeOf(error);
  if (code === null) return "Something went wrong on this page.";
  const faults = faultsOf(error);
  const elsewhere = faults.filter((fault) => !fields.includes(fault.path));
  if (faults.length > 0 && elsewhere.length === 0) return null;
  if (elsewhere.length > 0) return elsewhere.map(({ path, message }) => `${path}: ${message}`).join(". ");
  return code === "away" ? "The server does not answer. What was sent may have been done." : wordsOf(error as Error);
}

const faultsOf = (error: unknown) => (error instanceof RingfenceError ? error.errors : []);
