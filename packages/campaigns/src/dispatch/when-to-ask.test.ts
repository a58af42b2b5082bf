import { randomUUID } from "node:crypto";
import { createTimes } from "@ringfence/domain";
import { until } from "@ringfence/testkit/until";
import { type Change, createClaimer } from "./claimer.ts";
import type { Claims } from "./claims.sql.ts";

const FULL = { limit: 5, inUse: 5, callsPerSecond: 0, held: false, unanswered: false, nextDialMs: 0, turnNow: 0 };
/** The turn of the one run that asks. */
const TURN = 7;

const stopping = new AbortController();
afterAll(() => stopping.abort(new Error("the tests end")));

/** A process with one run, to whose statements these lines are answered, the last again and again. Resolves behind the first answers. */
async function process(...answers: NonNullable<Claims["lines"]>[]) {
  let statements = 0;
  let refused = 0;
  const claimer = createClaimer({
    db: {
      calls: {
        claim: async ([run]) => {
          const lines = answers[Math.min(statements++, answers.length - 1)]!;
          return { claims: new Map(), lines, turns: new Map([[run!.name, TURN]]) };
        },
      },
    },
    times: createTimes(),
    count: () => void refused++,
  });
  claimer.claimOf(randomUUID(), stopping.signal).catch(() => undefined);
  await until("it was refused", () => refused === answers.length);
  return { claimer, statements: () => statements };
}

/** Notes a change. Returns whether the process has asked by the end of this turn of the event loop. */
async function asksAtOnce(
  { claimer, statements }: Awaited<ReturnType<typeof process>>,
  change: Change = "ended",
): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve, 0)); // no other timer runs between this one and the next immediate
  const before = statements();
  claimer.note(change);
  await new Promise((resolve) => setImmediate(resolve));
  return statements() > before;
}

test("a process that is alone asks as soon as a call ends", async () => {
  expect(await asksAtOnce(await process(FULL))).toBe(true);
});

test.each(["pace", "hold"])(
  "while a %s binds, a process asks when the lines change and not when a call ends",
  async (what) => {
    const free = { ...FULL, inUse: 0 };
    const lines = what === "hold" ? { ...free, held: true } : { ...free, callsPerSecond: 1, nextDialMs: 60_000 };
    const one = await process(lines);
    expect(await asksAtOnce(one)).toBe(false);
    expect(await asksAtOnce(one, "lines")).toBe(true);
  },
);

test("one whose runs are later lets others go first, which it knows of by their turns alone", async () => {
  const one = await process({ ...FULL, turnNow: 5 });
  expect(await asksAtOnce(one)).toBe(false);
  await until("it asks", () => one.statements() > 1);
});

test("one whose runs are earlier than what others were granted goes first", async () => {
  expect(await asksAtOnce(await process({ ...FULL, turnNow: TURN + 1 }))).toBe(true);
});

test("one that lets others go first asks however fast calls end", async () => {
  const { claimer, statements } = await process({ ...FULL, inUse: 0, turnNow: 1 }, { ...FULL, turnNow: 1 });
  const before = statements();
  for (let ended = 0; ended < 100 && statements() === before; ended++) {
    claimer.note("ended");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(statements()).toBeGreaterThan(before);
});
