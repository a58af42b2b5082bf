import { blockedBy, isDialling, type LinesState } from "./blocked-by.ts";

const FREE: LinesState = {
  waiting: 3,
  workers: 1,
  held: false,
  queueAway: false,
  inUse: 1,
  limit: 5,
  nextDialMs: -5,
  slowed: false,
};

test.each<[string, Partial<LinesState>, string | null]>([
  ["nothing is in the way", {}, null],
  [
    "no worker is alive, before all else",
    { workers: 0, held: true, queueAway: true, inUse: 5, nextDialMs: 9 },
    "no_worker",
  ],
  ["dialling is held", { held: true, queueAway: true, inUse: 5, nextDialMs: 9 }, "held"],
  ["the queue is away", { queueAway: true, inUse: 5, nextDialMs: 9 }, "queue_away"],
  ["all lines are in use", { inUse: 5, nextDialMs: 9 }, "lines_full"],
  ["more lines are in use than there are now", { inUse: 9 }, "lines_full"],
  ["the pace has the next dial wait", { nextDialMs: 9 }, "pace"],
  ["a 429 has the next dial wait", { nextDialMs: 9, slowed: true }, "slowed"],
  ["nothing waits, whatever is in the way", { waiting: 0, workers: 0, held: true }, null],
])("%s", (_, state, expected) => expect(blockedBy({ ...FREE, ...state })).toBe(expected));

test("a rate is shown while lines and pace allow dialling", () => {
  expect([null, "lines_full", "pace", "slowed"].map((by) => isDialling(by as never))).toEqual([true, true, true, true]);
  expect(["no_worker", "held", "queue_away"].map((by) => isDialling(by as never))).toEqual([false, false, false]);
});
