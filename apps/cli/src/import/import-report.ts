import { count, table } from "../terminal/text.ts";
import type { Report } from "./import-rows.ts";

/** Most rejected rows that are shown. */
const SHOWN = 20;

/** The result of an import, with the first rejected rows. `verb` names the action in the sentence 'Nothing was imported'. */
export function reportText(report: Report, verb: "imported" | "added"): string {
  const { created, duplicates, updated, on_do_not_call, rejected_count, rejected } = report;
  const sums = [
    `${count(created)} created${on_do_not_call > 0 ? ` (${count(on_do_not_call)} of them on the do-not-call list)` : ""}`,
    ...(updated > 0 ? [`${count(updated)} updated`] : []),
    `${count(duplicates)} already there`,
    `${count(rejected_count)} rejected`,
  ].join(", ");
  const head = [...(created + updated === 0 ? [`Nothing was ${verb}.`] : []), sums];
  if (rejected_count === 0) return head.join("\n");
  const shown = rejected.slice(0, SHOWN);
  const hasLines = shown.some(({ line }) => line !== null);
  const rows = table(
    ["row", ...(hasLines ? ["line"] : []), "number", "rejected because"],
    shown.map(({ row, line, phone_number, reason }) => [row, ...(hasLines ? [line] : []), phone_number, reason]),
    "rejected because",
  );
  const rest = rejected_count - shown.length;
  const more =
    rest > 0 ? [`and ${count(rest)} more${verb === "imported" ? " (--rejected FILE writes all of them)" : ""}`] : [];
  return [...head, "", rows, ...more].join("\n");
}
