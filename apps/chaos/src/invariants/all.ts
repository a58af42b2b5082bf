import type { Snapshot } from "../trial/snapshot.ts";
import { answersAreClear, processesLive } from "./answers.ts";
import { booksAreExact, everyCallIsTerminal, nobodyIsLost, noJobIsLeft } from "./books.ts";
import { everyDialHasItsRow, nobodyIsCalledAgain, oneDialPerRow, wiresSawEveryDial } from "./dials.ts";
import { linesAreNeverExceeded, thePaceIsKept } from "./limits.ts";
import { rowsShowWhatHappened } from "./outcomes.ts";
import {
  nothingIsDialledAfterAReceipt,
  nothingIsDialledUnderAHold,
  receiptsAreHonest,
  receiptsAreKept,
} from "./stops.ts";
import type { Invariant } from "./verdict.ts";

/** Every promise, the gravest first. */
const INVARIANTS: Record<string, Invariant> = {
  "at most one dial a row": oneDialPerRow,
  "every dial has its row": everyDialHasItsRow,
  "nothing is dialled after a receipt": nothingIsDialledAfterAReceipt,
  "nothing is dialled under a hold": nothingIsDialledUnderAHold,
  "nobody is called again": nobodyIsCalledAgain,
  "lines are never exceeded": linesAreNeverExceeded,
  "the pace is kept": thePaceIsKept,
  "receipts are honest": receiptsAreHonest,
  "receipts are kept": receiptsAreKept,
  "books are exact": booksAreExact,
  "every call is terminal": everyCallIsTerminal,
  "no job is left": noJobIsLeft,
  "nobody is lost": nobodyIsLost,
  "rows show what happened": rowsShowWhatHappened,
  "answers are clear": answersAreClear,
  "processes live": processesLive,
  "the wires see every dial": wiresSawEveryDial,
};

/** Checks every promise. */
export function judge(snapshot: Snapshot): {
  broken: { invariant: string; what: string }[];
  odd: Record<string, number>;
} {
  const verdicts = Object.entries(INVARIANTS).map(([invariant, check]) => ({ invariant, ...check(snapshot) }));
  const odd: Record<string, number> = {};
  for (const verdict of verdicts)
    for (const [what, count] of Object.entries(verdict.odd)) odd[what] = (odd[what] ?? 0) + count;
  return {
    broken: verdicts.flatMap(({ invariant, broken }) => broken.map((what) => ({ invariant, what }))),
    odd,
  };
}
