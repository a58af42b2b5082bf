import type { ImportOutcome } from "../use-import.ts";
import { reportWords } from "./report-words.ts";

const outcome = (given: Partial<ImportOutcome>, rejected = 0): ImportOutcome => ({
  created: 0,
  updated: 0,
  duplicates: 0,
  listed: 0,
  unnamed: 0,
  sifted: { rows: 0, taken: 0, rejected, body: new Blob(), firstRejected: [], rejectedFile: new Blob() },
  ...given,
});

test.each([
  [outcome({ created: 1 }), "1 candidate imported", true],
  [outcome({ created: 1_200, duplicates: 3 }, 2), "1,200 candidates imported", true],
  [outcome({ updated: 2 }), "2 candidates updated", true],
  [outcome({ duplicates: 2 }), "Nothing was imported", false],
  [outcome({}, 2), "Nothing was imported", false],
])("the title says what was done, and a check mark appears only if something was done", (report, title, isDone) => {
  expect(reportWords(report)).toMatchObject({ title, isDone });
});

test("every figure has its sentence", () => {
  const { sentences } = reportWords(outcome({ created: 9, updated: 1, duplicates: 2, listed: 1, unnamed: 4 }, 3));
  expect(sentences).toEqual([
    "1 candidate updated: the campaign already had this number.",
    "2 duplicates skipped: these numbers are in the campaign or in an earlier row of the file.",
    "1 of the imported candidates is on the do-not-call list and will not be called.",
    "7 rows rejected.",
    "The server rejected 4 more rows than the file below holds.",
  ]);
  expect(reportWords(outcome({ created: 9 })).sentences).toEqual(["Every row was imported."]);
});
