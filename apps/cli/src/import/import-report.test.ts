import { reportText } from "./import-report.ts";
import type { Report } from "./import-rows.ts";

const report = (given: Partial<Report> = {}): Report => ({
  created: 0,
  duplicates: 0,
  updated: 0,
  on_do_not_call: 0,
  rejected_count: 0,
  rejected: [],
  ...given,
});
const rejected = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ row: n + 1, line: n + 2, phone_number: "12", reason: "Is\nwrong" }));

test.each<[Partial<Report>, string]>([
  [{ created: 30 }, "30 created, 0 already there, 0 rejected"],
  [
    { created: 1_000, on_do_not_call: 2, updated: 3 },
    "1,000 created (2 of them on the do-not-call list), 3 updated, 0 already there, 0 rejected",
  ],
  [{ updated: 3 }, "0 created, 3 updated, 0 already there, 0 rejected"],
  [{ duplicates: 3 }, "Nothing was imported.\n0 created, 3 already there, 0 rejected"],
])("the report %j is worded", (given, text) => expect(reportText(report(given), "imported")).toBe(text));

test("the first rejected rows are shown with row and line, the others counted", () => {
  const given = report({ rejected_count: 2_000, rejected: rejected(1_000) });
  const lines = reportText(given, "imported").split("\n");
  expect(lines.slice(0, 5)).toEqual([
    "Nothing was imported.",
    "0 created, 0 already there, 2,000 rejected",
    "",
    "row  line  number  rejected because",
    "  1     2  12      Is?wrong",
  ]);
  expect(lines).toHaveLength(4 + 20 + 1);
  expect(lines.at(-1)).toBe("and 1,980 more (--rejected FILE writes all of them)");
});

test("a number given on the command line has no line", () => {
  const rows = rejected(1).map((row) => ({ ...row, line: null }));
  const text = reportText(report({ rejected_count: 1, rejected: rows }), "added");
  expect(text).toMatch(/^Nothing was added\.\n.*\n\nrow {2}number {2}rejected because\n/);
});
