import { createTimes, type RetellCall } from "@ringfence/domain";
import { until } from "@ringfence/testkit";
import { useBed } from "../testing/use-bed.ts";
import { sweeperLock } from "./sweeper-lock.sql.ts";

const bed = useBed({ outcomes: { default: { reason: "user_hangup", ringMs: null, talkMs: null } } });
let sweep: () => Promise<void>;
beforeEach(() => {
  sweep = bed.sweeper();
});

const repairs = () => bed.counted.filter((line) => line.startsWith("sweep_repairs"));
const silence = (...ids: string[]) =>
  bed.sql("UPDATE retell_calls SET news_at = now() - interval '1 hour' WHERE id = ANY ($1)", [ids]);

describe("the limits of the queue", () => {
  test("a queue paused by hand is resumed, and a running queue is left alone", async () => {
    await sweep();
    expect(repairs()).toEqual([]);
    await bed.queue.queue.pause();
    await sweep();
    expect(await bed.queue.isPaused()).toBe(false);
    expect(repairs()).toEqual(["sweep_repairs limits set by hand 1"]);
  });

  test("a rate limit set by hand is removed", async () => {
    await bed.queue.queue.setGlobalRateLimit(1, 60_000);
    await sweep();
    expect(await bed.queue.queue.getGlobalRateLimit()).toBeNull();
    expect(repairs()).toEqual(["sweep_repairs limits set by hand 1"]);
  });

  test("a limit of active jobs, set by hand or by a worker of an earlier version, is removed", async () => {
    await bed.queue.queue.setGlobalConcurrency(1);
    await sweep();
    expect(await bed.queue.queue.getGlobalConcurrency()).toBeNull();
    expect(repairs()).toEqual(["sweep_repairs limits set by hand 1"]);
  });
});

describe("calls without news", () => {
  /** Calls at Retell, and their rows. */
  async function dialled(calls: number) {
    const { ids } = await bed.rows(calls);
    for (const id of ids) {
      const claim = await bed.claim(id);
      const answer = await bed.dialer.dial(claim);
      if (answer.kind !== "placed") throw new Error(answer.kind);
      await bed.db.calls.recordPlaced(claim, answer.retellCallId);
    }
    const retellIds = (await Promise.all(ids.map((id) => bed.call(id)))).map((row) => row.retell_call_id!);
    return { ids, retellIds };
  }

  test("one that ended is settled, a live call gets news, and a call with recent news is not looked up", async () => {
    const { ids, retellIds } = await dialled(3);
    await silence(ids[0]!, ids[1]!);
    bed.simulator.end(retellIds[0]!);
    bed.simulator.end(retellIds[2]!);
    await sweep();
    expect(await bed.call(ids[0]!)).toMatchObject({ call_status: "completed", disconnection_reason: "user_hangup" });
    const goesOn = await bed.call(ids[1]!);
    expect(goesOn).toMatchObject({ call_status: "in_progress" });
    expect(Date.now() - Number(goesOn.news_at)).toBeLessThan(600_000);
    expect(await bed.call(ids[2]!)).toMatchObject({ call_status: "in_progress" });
    expect(repairs()).toEqual(["sweep_repairs calls without news 1"]);
    expect(await bed.db.sweeps.withoutNews(60_000, 10)).toEqual([]);
  });

  test("a call that Retell no longer knows is left as it is, and the others are settled", async () => {
    const { ids, retellIds } = await dialled(2);
    await silence(...ids);
    bed.simulator.forget(retellIds[0]!);
    bed.simulator.end(retellIds[1]!);
    await sweep();
    expect((await Promise.all(ids.map((id) => bed.call(id)))).map((row) => row.call_status)).toEqual([
      "in_progress",
      "completed",
    ]);
  });

  test("a call that cannot be settled does not delay the others", async () => {
    const { ids, retellIds } = await dialled(3);
    await silence(...ids);
    for (const id of retellIds) bed.simulator.end(id);
    const settle = (call: RetellCall) =>
      call.call_id === retellIds[1] ? Promise.reject(new Error("odd")) : bed.settle(call);
    await bed.sweeper({ settle })();
    expect((await Promise.all(ids.map((id) => bed.call(id)))).map((row) => row.call_status)).toEqual([
      "completed",
      "in_progress",
      "completed",
    ]);
  });

  test("the longest silent calls come first, as many as one page of Retell holds", async () => {
    const { ids } = await dialled(3);
    for (const [at, id] of ids.entries())
      await bed.sql("UPDATE retell_calls SET news_at = now() - make_interval(hours => $2) WHERE id = $1", [id, at + 1]);
    expect((await bed.db.sweeps.withoutNews(60_000, 2)).map((call) => call.callId)).toEqual([ids[2], ids[1]]);
  });
});

describe("the probe of a hold", () => {
  const due = () => bed.sql("UPDATE lines SET probe_at = clock_timestamp()");
  const nextProbeS = async () =>
    Number(
      (
        await bed.sql<{ s: string }>("SELECT round(extract(epoch FROM probe_at - clock_timestamp())) AS s FROM lines")
      )[0]!.s,
    );

  test("nothing is requested without a hold or before the probe's time", async () => {
    bed.simulator.account({ keyRevoked: true });
    await sweep();
    await bed.hold("x");
    expect(await nextProbeS()).toBe(5);
    await sweep();
    expect(bed.logged).toEqual([]);
    expect(await bed.lines()).toMatchObject({ probe_step: 0, probe_open: false });
  });

  test("while Retell still refuses, no claim is let through, and each next probe is later", async () => {
    bed.simulator.account({ keyRevoked: true });
    const { ids } = await bed.rows(1);
    await bed.hold("x");
    for (const seconds of [10, 20, 40, 60, 60]) {
      await due();
      await sweep();
      expect(await nextProbeS()).toBeGreaterThan(seconds - 5);
      expect(await nextProbeS()).toBeLessThanOrEqual(seconds);
      expect(await bed.ask(ids[0]!)).toMatchObject({ kind: "waits", reason: "held" });
    }
    expect(bed.logged.every((line) => line.message === "probed the hold")).toBe(true);
  });

  test("when Retell serves again, one claim is let through", async () => {
    const { ids } = await bed.rows(2);
    await bed.hold("x");
    await due();
    await sweep();
    expect(await bed.lines()).toMatchObject({ probe_open: true, held_reason: "x" });
    expect(await bed.ask(ids[0]!)).toMatchObject({ kind: "yours", call: { probe: true } });
    expect(await bed.ask(ids[1]!)).toMatchObject({ kind: "waits", reason: "held" });
  });

  test("an opened and unused probe is closed by the next probe that fails", async () => {
    await bed.hold("x");
    await due();
    await bed.db.lines.openProbe((await bed.db.lines.takeProbe())!);
    bed.simulator.account({ keyRevoked: true });
    await due();
    await sweep();
    expect(await bed.lines()).toMatchObject({ probe_open: false });
  });

  test("of ten who take a due probe in parallel, one gets it", async () => {
    await bed.hold("x");
    await due();
    const taken = await Promise.all(Array.from({ length: 10 }, () => bed.db.lines.takeProbe()));
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  test("a standing hold keeps its reason and its time; a lifted hold is gone", async () => {
    expect(await bed.hold("first")).toBe(true);
    const { held_since } = await bed.lines();
    expect(await bed.hold("second")).toBe(false);
    expect(await bed.lines()).toMatchObject({ held_reason: "first", held_since });
    expect(await bed.db.lines.resume()).toBe(true);
    expect(await bed.db.lines.resume()).toBe(false);
    expect(await bed.db.lines.view()).toMatchObject({ held: null });
  });
});

test("of several processes one is the sweeper; when it ends or its connection breaks, another takes over", async () => {
  const errors: Error[] = [];
  const [one, other] = [1, 2].map(() => sweeperLock(bed.databaseUrl, (error) => errors.push(error)));
  expect([await one!.hold(), await other!.hold(), await one!.hold()]).toEqual([true, false, true]);
  await one!.release();
  expect([await other!.hold(), await one!.hold()]).toEqual([true, false]);
  await bed.sql(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'ringfence sweeper'",
  );
  expect(await until("the lock is free", () => one!.hold().catch(() => false))).toBe(true);
  await until("the one that was cut knows it", () => errors.length > 0);
  expect(await other!.hold()).toBe(false);
  for (const lock of [one!, other!]) await lock.release();
});

test("a process without the sweeper's lock waits on one connection, and takes over when the holder dies", async () => {
  const [one, other] = [1, 2].map(() => sweeperLock(bed.databaseUrl, () => undefined));
  const connections = () =>
    bed.sql<{ pid: number; holds: boolean }>(
      `SELECT a.pid, l.granted IS NOT NULL AS holds FROM pg_stat_activity a
       LEFT JOIN pg_locks l ON l.pid = a.pid AND l.locktype = 'advisory'
       WHERE a.datname = current_database() AND a.application_name = 'ringfence sweeper' ORDER BY holds DESC`,
    );
  await one!.hold();
  // Several requests in parallel, too.
  for (let round = 0; round < 3; round++)
    expect(await Promise.all([other!.hold(), other!.hold(), one!.hold()])).toEqual([false, false, true]);
  const [holder, waiter, ...more] = await connections();
  expect([holder!.holds, waiter!.holds, more]).toEqual([true, false, []]);
  await bed.sql("SELECT pg_terminate_backend($1)", [holder!.pid]);
  expect(await until("the other takes over", () => other!.hold())).toBe(true);
  expect(await connections()).toMatchObject([{ pid: waiter!.pid, holds: true }]);
  for (const lock of [one!, other!]) await lock.release();
});

test("a sweeper that no longer asks, being frozen, loses the lock and notices when it wakes", async () => {
  const [frozen, other] = [1, 2].map(() =>
    sweeperLock(bed.databaseUrl, () => undefined, createTimes({ timeScale: 0.001 })),
  );
  expect(await frozen!.hold()).toBe(true);
  expect(await other!.hold()).toBe(false);
  expect(await until("the other sweeps", () => other!.hold())).toBe(true);
  expect(await frozen!.hold().catch(() => false)).toBe(false);
  for (let asked = 0; asked < 3; asked++) expect(await other!.hold()).toBe(true);
  await frozen!.release();
  await other!.release();
});
