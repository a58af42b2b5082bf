import { ApiError } from "../api/client.ts";

/** What the API says is wrong with a field, for beside that field. */
export const faultOf = (error: unknown, path: string): string | undefined =>
  error instanceof ApiError ? error.faults.find((fault) => fault.path === path)?.message : undefined;

/** What is wrong with no field, for below the form: of an unanswered request that nobody knows what came of it. */
export function otherFault(error: unknown, paths: readonly string[]): string | null {
  if (!error) return null;
  if (!(error instanceof ApiError)) return "Something went wrong on this page.";
  if (error.isAway) return "The server does not answer, so nobody knows whether this was done. Look, then try again.";
  return error.faults.some(({ path }) => paths.includes(path)) ? null : error.message;
}
