import { PassThrough } from "node:stream";
import type { WriteStream } from "node:tty";
import type { Schemas } from "@ringfence/client";
import { type Look, lookFrom } from "@ringfence/domain";
import { createIo, type Paint } from "../terminal/io.ts";
import { bar, legend } from "./bar.ts";
import { figuresOf } from "./figures.ts";
import { finalWords, inWords, type Moment, momentOf, same } from "./moment.ts";
import { picture, reporterOn } from "./reporters.ts";

const batchWith = (given: Partial<Schemas["Batch"]> = {}): Schemas["Batch"] => ({
  id: "b1",
  campaign_id: "c1",
  status: "in_progress",
  total_candidates: 30,
  pending_calls: 10,
  in_progress_calls: 5,
  completed_calls: 9,
  failed_calls: 6,
  cancelled_calls: 3,
  created_at: "2026-11-25T12:00:00Z",
  completed_at: null,
  cancelled_at: null,
  held_at: null,
  held_by: null,
  held_reason: null,
  ...given,
});
const LINES: Schemas["Lines"] = {
  limit: 5,
  calls_per_second: 1,
  in_use: 5,
  waiting: 10,
  held: null,
  next_dial_at: "2026-11-25T12:00:00Z",
  workers: 2,
  blocked_by: "lines_full",
  simulated: false,
};
const HOLD = { reason: "Retell refuses the key", since: "2026-11-25T12:03:04.000Z" };
const HELD: Partial<Schemas["Lines"]> = { held: HOLD, blocked_by: "held" };
const NOW = 60_000;
/** All 12 calls that ended on their own did so in the last minute. */
const SEEN = lookFrom({ at: 0, ended: 0 });
const look = (
  given: Partial<Schemas["Batch"]> = {},
  lines: Partial<Schemas["Lines"]> = {},
  seen: Look = SEEN,
): Moment => momentOf(NOW, { kind: "batch", id: "b1" }, batchWith(given), { ...LINES, ...lines }, seen);

test("cancelled calls are counted apart from failed calls", () => {
  expect(figuresOf(batchWith())).toMatchObject({ total: 30, completed: 9, failed: 3, cancelled: 3, over: false });
});

test("a poll is put into words", () => {
  expect(inWords(look())).toBe(
    "50 %, 15 of 30 ended; 9 completed, 3 failed, 3 cancelled; 5 in progress, 10 pending; lines 5 of 5, 2 workers, 12 calls a minute, about 2 min left",
  );
});

test("no time left is estimated without a pace or while dialling is held", () => {
  expect(inWords(look({}, {}, lookFrom({ at: NOW, ended: 12 })))).toMatch(/lines 5 of 5, 2 workers$/);
  const held = inWords(look({}, HELD));
  expect(held).toMatch(/; No dialling since 12:03:04Z: Retell refuses the key$/);
  expect(held).not.toMatch(/left|a minute/);
});

test.each<[Partial<Schemas["Lines"]>, string]>([
  [{ blocked_by: "no_worker", workers: 0 }, "lines 5 of 5, 0 workers; No dialling: no worker is running"],
  [{ blocked_by: "no_worker", workers: 0, held: HOLD }, "lines 5 of 5, 0 workers; No dialling: no worker is running"],
  [{ blocked_by: "queue_away" }, "lines 5 of 5, 2 workers; No dialling: Redis is away or takes no write"],
])("while nobody is dialled (%j) there is no pace and no time left", (lines, said) => {
  const moment = look({}, lines);
  expect(inWords(moment).endsWith(said)).toBe(true);
  expect(moment.pace).toBeNull();
});

test.each(["pace", "lines_full", "slowed", null] as const)(
  "%s is ordinary work: pace and time left are shown",
  (by) => {
    const moment = look({}, { blocked_by: by, simulated: true, workers: 1 });
    expect(inWords(moment)).toMatch(/lines 5 of 5, 1 worker, simulated Retell, 12 calls a minute, about 2 min left$/);
  },
);

test("two polls are equal although a call was dialled or waited for the pace, but not if dialling stopped", () => {
  const later = { next_dial_at: "2026-11-25T12:00:01Z", blocked_by: "pace" } as const;
  expect(same(look(), look({}, later))).toBe(true);
  expect(same(look(), look({}, { blocked_by: "queue_away" }))).toBe(false);
  expect(same(look(), look({ pending_calls: 9 }))).toBe(false);
});

test("a stopped batch has no pace, because nobody knows when its last calls end", () => {
  const stopped = { status: "cancelled", pending_calls: 0, failed_calls: 16, cancelled_calls: 13 } as const;
  expect(look(stopped, { blocked_by: null }).pace).toBeNull();
});

test("pace and time left are those of the poll", () => {
  expect(look().pace).toEqual({ callsPerMinute: 12, msLeft: 75_000 });
  expect(look({}, {}, lookFrom({ at: 0, ended: 12 })).pace).toEqual({ callsPerMinute: 0, msLeft: null });
});

test.each<[Partial<Schemas["Batch"]>, string]>([
  [{ status: "completed" }, "Batch b1 is completed: 30 calls, 9 completed, 3 failed, 3 cancelled."],
  [{ status: "cancelled" }, "Batch b1 is cancelled: 30 calls, 9 completed, 3 failed, 3 cancelled."],
])("the final line says how the batch ended (%j)", (given, words) => expect(finalWords(look(given))).toBe(words));

test("a batch is over when its last call has ended, a campaign when no call is unfinished", () => {
  expect(figuresOf(batchWith({ status: "cancelled", pending_calls: 0 })).over).toBe(false);
  expect(figuresOf(batchWith({ completed_at: "2026-11-25T12:09:00Z" })).over).toBe(true);
  const { completed_at: _none, ...fields } = batchWith({ pending_calls: 0 });
  const campaign = (in_progress_calls: number) => ({ ...fields, in_progress_calls }) as unknown as Schemas["Campaign"];
  expect(figuresOf(campaign(1)).over).toBe(false);
  expect(figuresOf(campaign(0)).over).toBe(true);
});

const none: Paint = (_style, text) => text;
const named: Paint = (style, text) => `<${style}>${text}</>`;

test("the bar gives each kind of call its share", () => {
  const { figures } = look();
  expect(bar(figures, 30, { paint: none, unicode: false })).toBe("#########xxx---=====..........");
  expect(bar(figures, 30, { paint: none, unicode: true })).toBe("█████████xxx---▒▒▒▒▒··········");
  expect(bar(figures, 10, { paint: named, unicode: false })).toBe(
    "<green>###</><red>x</><dim>-</><cyan>==</><dim>...</>",
  );
});

test("every cell of the bar is filled, at any width and with any figures", () => {
  for (let cells = 1; cells < 80; cells++) {
    for (const completed of [0, 1, 7, 999_999]) {
      const { figures } = look({ completed_calls: completed });
      expect([...bar(figures, cells, { paint: none, unicode: false })]).toHaveLength(cells);
    }
  }
});

test("a bar of no calls is empty", () =>
  expect(bar({ ...look().figures, total: 0 }, 10, { paint: none, unicode: false })).toHaveLength(0));

test("the live picture fits eighty columns, and says how to leave", () => {
  const lines = picture(
    look({}, HELD),
    { paint: none, unicode: false, stdout: { columns: 80 } },
    "Ctrl-C ends watching",
  );
  expect(lines).toEqual([
    "Batch b1, in progress",
    `${bar(look().figures, 50, { paint: none, unicode: false })}  50 %, 15 of 30 ended`,
    legend(look().figures, { paint: none, unicode: false }),
    "lines 5 of 5, 2 workers",
    "No dialling since 12:03:04Z: Retell refuses the key",
    "Ctrl-C ends watching",
  ]);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});

test.each([
  [0, 0],
  [undefined, undefined],
  [100, 30],
])("a terminal that says it has %p columns and %p rows is drawn on", (columns, rows) => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true, columns, rows }) as unknown as WriteStream;
  const io = createIo({ stdout: terminal, stderr: terminal, stdin: new PassThrough() }, { NO_COLOR: "1" });
  reporterOn(io, "Ctrl-C ends watching").look(look());
  const drawn = String(terminal.read());
  expect(drawn).toContain(`${bar(look().figures, columns === 100 ? 60 : 50, { paint: none, unicode: false })}  50 %`);
  expect(drawn).toContain("Ctrl-C ends watching");
});
