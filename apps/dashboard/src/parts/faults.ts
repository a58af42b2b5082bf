import { ApiError } from "../api/client.ts";

/** What the API found wrong with one field of a form, undefined if nothing. `error` is whatever its request threw. */
export function faultAt(error: unknown, path: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  return error.faults.find((fault) => fault.path === path)?.message;
}

/** What a form has to say that stands at none of its fields, null if nothing. */
export function faultElsewhere(error: unknown, fields: readonly string[]): string | null {
  if (!error) return null;
  if (!(error instanceof ApiError)) return "Something went wrong on this page.";
  const elsewhere = error.faults.filter((fault) => !fields.includes(fault.path));
  if (error.faults.length > 0 && elsewhere.length === 0) return null;
  if (elsewhere.length > 0) return elsewhere.map(({ path, message }) => `${path}: ${message}`).join(". ");
  return error.code === "away" ? "The server does not answer. What was sent may have been done." : error.message;
}
