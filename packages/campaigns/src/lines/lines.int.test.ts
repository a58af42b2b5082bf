import { openCallsQueue } from "@ringfence/queue";
import { useBed } from "../testing/use-bed.ts";
import { changeLines, resumeCalling } from "./manage-lines.ts";

const bed = useBed();

/** Seconds from the last slowing, if there was one, else from now, until the next dial may be claimed, rounded. */
const pauseS = async () =>
  Number(
    (
      await bed.sql<{ s: string }>(
        "SELECT round(extract(epoch FROM next_dial_at - coalesce(slowed_at, clock_timestamp()))) AS s FROM lines",
      )
    )[0]!.s,
  );
const goOn = () => bed.sql("UPDATE lines SET next_dial_at = clock_timestamp()");

describe("a 429 slows the pace", () => {
  test("those of one burst count once", async () => {
    await bed.db.lines.change({ limit: 100 });
    const { ids } = await bed.rows(12);
    const claims = await Promise.all(ids.map((id) => bed.claim(id)));
    const slowed = await Promise.all(claims.map((claim) => bed.db.lines.slowDown(claim)));
    expect(slowed.filter(Boolean)).toHaveLength(1);
    expect(await bed.lines()).toMatchObject({ slow_step: 1 });
    expect(await pauseS()).toBe(2);
    for (const claim of claims) await bed.db.calls.release(claim);
    expect(await bed.ask(ids[0]!)).toMatchObject({ kind: "waits", reason: "pace" });
  });

  test("each later 429 counts, up to a minute, and a placed dial restarts the count", async () => {
    const { ids } = await bed.rows(2);
    for (const seconds of [2, 4, 8, 16, 32, 60, 60]) {
      await goOn();
      const claim = await bed.claim(ids[0]!);
      expect(await bed.db.lines.slowDown(claim)).toBe(true);
      expect(await pauseS()).toBe(seconds);
      await bed.db.calls.release(claim);
    }
    await goOn();
    await bed.place(ids[0]!);
    expect(await bed.lines()).toMatchObject({ slow_step: 0 });
    const claim = await bed.claim(ids[1]!);
    expect(await bed.db.lines.slowDown(claim)).toBe(true);
    expect(await pauseS()).toBe(2);
  });

  test("a 429 of a claim older than the last slowing, or of a superseded claim, does not count", async () => {
    const { ids } = await bed.rows(3);
    const [first, old] = [await bed.claim(ids[0]!), await bed.claim(ids[1]!)];
    await bed.db.lines.slowDown(first);
    await goOn();
    await bed.db.lines.slowDown(old);
    expect(await bed.lines()).toMatchObject({ slow_step: 1 });
    const gone = await bed.claim(ids[2]!);
    await bed.db.calls.release(gone);
    await bed.db.lines.slowDown(gone);
    expect(await bed.lines()).toMatchObject({ slow_step: 1 });
    expect(await bed.sql("SELECT 1 FROM lines WHERE next_dial_at > clock_timestamp()")).toEqual([]);
  });

  test("a 429 of an older claim does not count when its row was claimed again meanwhile", async () => {
    const { ids } = await bed.rows(1);
    const older = await bed.claim(ids[0]!);
    await bed.db.calls.release(older);
    const newer = await bed.claim(ids[0]!);
    expect(await bed.db.lines.slowDown(older)).toBe(false);
    expect(await bed.lines()).toMatchObject({ slow_step: 0, slowed_at: null });
    expect(await bed.db.lines.slowDown(newer)).toBe(true);
  });

  test("a 429 never shortens a longer pause", async () => {
    const { ids } = await bed.rows(1);
    const claim = await bed.claim(ids[0]!);
    await bed.sql("UPDATE lines SET next_dial_at = clock_timestamp() + interval '300 s'");
    await bed.db.lines.slowDown(claim);
    expect(await pauseS()).toBeGreaterThan(200);
  });
});

describe("an operator's change", () => {
  test.each<[string, { limit?: number; calls_per_second?: number }, number]>([
    ["a higher limit", { limit: 6 }, 0],
    ["a higher pace", { calls_per_second: 3 }, 0],
    ["no pace", { calls_per_second: 0 }, 0],
    ["a lower pace", { calls_per_second: 0.5 }, 30],
    ["a lower limit", { limit: 2 }, 30],
    ["the same limit", { limit: 5 }, 30],
  ])("%s sets the next dial", async (_, change, pause) => {
    await bed.sql("UPDATE lines SET calls_per_second = 1, next_dial_at = clock_timestamp() + interval '30 s'");
    expect(await changeLines(bed.deps)(change)).toMatchObject({
      limit: change.limit ?? 5,
      calls_per_second: change.calls_per_second ?? 1,
    });
    expect((await pauseS()) > 0).toBe(pause > 0);
  });

  test("to resume lifts hold, probe and slowing", async () => {
    const { ids } = await bed.rows(1);
    await bed.db.lines.slowDown(await bed.claim(ids[0]!));
    await bed.hold("Retell refused the key");
    expect(await bed.db.lines.view()).toMatchObject({
      held: { reason: "Retell refused the key", since: expect.any(Date) },
    });
    expect(await resumeCalling(bed.deps)()).toMatchObject({ held: null });
    expect(await bed.lines()).toMatchObject({ held_since: null, probe_at: null, slow_step: 0, slowed_at: null });
    expect(await bed.sql("SELECT 1 FROM lines WHERE next_dial_at > clock_timestamp()")).toEqual([]);
  });

  test("takes effect in PostgreSQL while Redis is unavailable", async () => {
    const queue = openCallsQueue("redis://127.0.0.1:1", bed.prefix, () => undefined);
    expect(await changeLines({ ...bed.deps, queue })({ limit: 9 })).toMatchObject({ limit: 9 });
    expect(bed.logged.at(-1)).toMatchObject({ level: "warn" });
    await queue.close();
    expect(await bed.lines()).toMatchObject({ line_limit: 9 });
  });

  test("the first process's settings are stored, and later processes get the stored settings", async () => {
    await bed.sql("UPDATE lines SET configured = false");
    const told = await Promise.all([bed.db.lines.configure(7, 2.5), bed.db.lines.configure(9, 1)]);
    expect(told[0]).toEqual(told[1]);
    expect([
      { limit: 7, callsPerSecond: 2.5 },
      { limit: 9, callsPerSecond: 1 },
    ]).toContainEqual(told[0]);
    expect(await bed.db.lines.configure(1, 1)).toEqual(told[0]);
  });
});

test("waiting counts the pending rows of open batches", async () => {
  const [open, braked] = [await bed.rows(5), await bed.rows(3)];
  await bed.claim(open.ids[0]!);
  await bed.db.stops.brake(braked.batchId);
  expect(await bed.db.lines.view()).toMatchObject({
    limit: 5,
    calls_per_second: 0,
    in_use: 1,
    waiting: 4,
    held: null,
    workers: 0,
  });
  await bed.db.stops.flip(braked.batchId);
});
