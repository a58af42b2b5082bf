import { createDialer } from "@ringfence/retell";
import { TEST_DIAL_TIMEOUT_MS } from "../testing/bed.ts";
import { useBed } from "../testing/use-bed.ts";
import { resumeCalling } from "./manage-lines.ts";

const bed = useBed({
  concurrencyLimit: 100,
  outcomes: { default: { reason: "user_hangup", ringMs: 0, talkMs: null } },
});
beforeEach(async () => {
  await bed.db.lines.change({ limit: 100 });
});

const fail = (status: number, message = "Not like this.") =>
  bed.simulator.fault({ match: "POST /v2/create-phone-call", mode: "status", status, message });
/** Dials each of these calls with an unknown outcome. */
async function unknown(...ids: string[]) {
  for (const id of ids) {
    fail(500);
    expect(await bed.dial(id)).toBe("find out");
  }
}
/** Six rows, of which three were dialled with an unknown outcome, so that dialling is held. */
async function held() {
  const { ids } = await bed.rows(12);
  await unknown(...ids.splice(0, 3));
  expect(await bed.lines()).toMatchObject({ held_kind: "unknown" });
  return ids;
}
const closed = { kind: "waits", reason: "held", askAfterMs: 1_000 };
const LIFTED = {
  held_kind: null,
  held_reason: null,
  held_since: null,
  probe_at: null,
  probe_step: 0,
  probe_call_id: null,
};

describe("dials without a clear answer", () => {
  test("two in a row do not hold dialling, the third does", async () => {
    const { ids } = await bed.rows(4);
    await unknown(ids[0]!, ids[1]!);
    expect(await bed.lines()).toMatchObject({ unknown_in_a_row: 2, held_reason: null });
    await bed.probeComesAfter(30, () => unknown(ids[2]!));
    expect(await bed.lines()).toMatchObject({
      held_kind: "unknown",
      held_reason: expect.stringContaining("without a clear answer"),
      held_since: expect.any(Date),
      probe_step: 0,
      probe_open: false,
      probe_call_id: null,
    });
    expect(await bed.ask(ids[3]!)).toEqual(closed);
  });

  test.each<[string, (id: string) => Promise<unknown>]>([
    ["a placed dial", (id) => bed.dial(id)],
    [
      "a refused dial",
      (id) => {
        fail(422);
        return bed.dial(id);
      },
    ],
  ])("%s between them begins the row anew", async (_, between) => {
    const { ids } = await bed.rows(6);
    await unknown(ids[0]!, ids[1]!);
    await between(ids[2]!);
    await unknown(ids[3]!, ids[4]!);
    expect(await bed.lines()).toMatchObject({ unknown_in_a_row: 2, held_reason: null });
    await unknown(ids[5]!);
    expect(await bed.lines()).toMatchObject({ held_kind: "unknown" });
  });

  test("dials of claims that are older than the last lifting do not count", async () => {
    const { ids } = await bed.rows(7);
    const old = await Promise.all(ids.slice(0, 3).map((id) => bed.claim(id)));
    await bed.db.lines.resume();
    for (const claim of old) expect(await bed.db.calls.recordUnknown(claim)).toBe(true);
    expect(await bed.lines()).toMatchObject({ unknown_in_a_row: 0, held_reason: null });
    await unknown(ids[3]!, ids[4]!);
    expect(await bed.lines()).toMatchObject({ held_reason: null });
    await unknown(ids[5]!);
    expect(await bed.lines()).toMatchObject({ held_kind: "unknown" });
  });

  test("a dial recorded twice, or by a superseded claim, counts once", async () => {
    const { ids } = await bed.rows(2);
    const gone = await bed.claim(ids[0]!);
    await bed.db.calls.release(gone);
    await bed.claim(ids[0]!);
    await bed.db.calls.recordUnknown(gone);
    expect(await bed.lines()).toMatchObject({ unknown_in_a_row: 0 });
    const claim = await bed.claim(ids[1]!);
    for (let again = 0; again < 3; again++) await bed.db.calls.recordUnknown(claim);
    expect(await bed.lines()).toMatchObject({ unknown_in_a_row: 1, held_reason: null });
  });

  test("further dials, in flight when the hold began, leave its reason, time and next probe unchanged", async () => {
    const { ids } = await bed.rows(5);
    const inFlight = await bed.claim(ids[4]!);
    await unknown(ids[0]!, ids[1]!, ids[2]!);
    const { unknown_in_a_row: _, ...before } = await bed.lines();
    await bed.db.calls.recordUnknown(inFlight);
    expect(await bed.lines()).toMatchObject(before);
  });
});

describe("the probes of a hold that may cost a candidate", () => {
  test("follow after 30 s, doubled each time without a cap; an unknown outcome keeps the hold as it is", async () => {
    const ids = await held();
    const { held_since, held_reason } = await bed.lines();
    for (const [step, seconds] of [60, 120, 240, 480, 960, 1_920, 3_840].entries()) {
      await bed.probeComesAfter(seconds, bed.probe);
      await unknown(ids[step]!);
      expect(await bed.lines()).toMatchObject({
        held_kind: "unknown",
        held_since,
        held_reason,
        probe_step: step + 1,
        probe_call_id: null,
      });
      expect(await bed.ask(ids[8]!)).toEqual(closed);
    }
  });

  test("cost no step while the read fails, however often, and let no call through", async () => {
    const ids = await held();
    const sweep = bed.sweeper();
    await bed.probe();
    await unknown(ids[0]!);
    bed.simulator.fault({ match: "GET /get-concurrency", mode: "status", status: 503, times: null });
    for (let round = 0; round < 3; round++) {
      await bed.sql("UPDATE lines SET probe_at = clock_timestamp()");
      await bed.probeComesAfter(30, sweep);
      expect(await bed.lines()).toMatchObject({ probe_step: 1, probe_open: false });
      expect(await bed.ask(ids[1]!)).toEqual(closed);
    }
    bed.simulator.clearFaults();
    await bed.sql("UPDATE lines SET probe_at = clock_timestamp()");
    await bed.probeComesAfter(120, sweep);
    expect(await bed.lines()).toMatchObject({ probe_step: 2, probe_open: true });
  });

  test.each<[string, (id: string) => Promise<unknown>]>([
    [
      "answered 429",
      (id) => {
        fail(429);
        return bed.dial(id);
      },
    ],
    [
      "that could not be sent",
      async (id) => {
        const dialer = createDialer({ apiKey: "x", baseUrl: "http://127.0.0.1:2", timeoutMs: TEST_DIAL_TIMEOUT_MS });
        const next = await bed.dial(id, { dialer });
        await dialer.close();
        return next;
      },
    ],
    ["whose claim was too old to dial", (id) => bed.dial(id, {}, { monotonic: -1e9, wall: 0 })],
  ])("a probe %s costs no step, and its row is released", async (_, dial) => {
    const ids = await held();
    await bed.probe();
    await unknown(ids[0]!);
    await bed.probe();
    await bed.probeComesAfter(30, () => dial(ids[1]!));
    expect(await bed.call(ids[1]!)).toMatchObject({ call_status: "pending", placed: "no" });
    expect(await bed.lines()).toMatchObject({ held_kind: "unknown", probe_step: 1, probe_open: false });
  });

  test("an opened probe that no call used does not count, however often the sweep runs", async () => {
    const ids = await held();
    for (let round = 0; round < 12; round++) await bed.probe();
    expect(await bed.lines()).toMatchObject({ probe_step: 1, probe_open: true });
    fail(500);
    expect(await bed.dial(ids[0]!)).toBe("find out");
    await bed.probe();
    expect(await bed.lines()).toMatchObject({ probe_step: 2, probe_open: true });
  });

  test("a dial that is not a probe does not undo a step", async () => {
    const { ids } = await bed.rows(6);
    const inFlight = await bed.claim(ids[3]!);
    await unknown(ids[0]!, ids[1]!, ids[2]!);
    await bed.probe();
    await bed.claim(ids[4]!);
    await bed.db.lines.probeAgainSoon(inFlight.callId);
    expect(await bed.lines()).toMatchObject({ probe_step: 1, probe_call_id: ids[4] });
  });
});

describe("a hold is lifted by", () => {
  test("a placed probe, and no other call", async () => {
    const { ids } = await bed.rows(7);
    const inFlight = [await bed.claim(ids[5]!), await bed.claim(ids[6]!)];
    await unknown(ids[0]!, ids[1]!, ids[2]!);
    for (const [n, claim] of inFlight.entries()) {
      await bed.db.calls.recordPlaced(claim, `call_${n}`);
      expect(await bed.lines()).toMatchObject({ held_kind: "unknown" });
    }
    await bed.probe();
    expect(await bed.dial(ids[3]!)).toBe("wait");
    expect(await bed.lines()).toMatchObject({ ...LIFTED, unknown_in_a_row: 0, lifted_at: expect.any(Date) });
    expect(await bed.ask(ids[4]!)).toMatchObject({ kind: "yours", call: { probe: false } });
  });

  test("a placed probe whose row a webhook settled before the dial's own answer was stored", async () => {
    const ids = await held();
    await bed.probe();
    const claim = await bed.claim(ids[0]!);
    await bed.settle(
      { call_id: "call_1", disconnection_reason: "user_hangup", metadata: { call_id: ids[0] } },
      "call_ended",
    );
    expect(await bed.lines()).toMatchObject({ held_kind: "unknown" });
    expect(await bed.db.calls.recordPlaced(claim, "call_1")).toBe(false);
    expect(await bed.lines()).toMatchObject(LIFTED);
  });

  test("no probe of an earlier hold", async () => {
    const ids = await held();
    await bed.probe();
    const old = await bed.claim(ids[0]!);
    await bed.db.lines.resume();
    await unknown(ids[1]!, ids[2]!, ids[3]!);
    await bed.db.calls.recordPlaced(old, "call_1");
    expect(await bed.lines()).toMatchObject({ held_kind: "unknown" });
  });

  test("itself or an admin, and the pace applies in both cases", async () => {
    const ids = await held();
    await bed.db.lines.change({ calls_per_second: 0.001 });
    await bed.sql("UPDATE lines SET next_dial_at = clock_timestamp()");
    await bed.probe();
    expect(await bed.dial(ids[0]!)).toBe("wait");
    expect(await bed.lines()).toMatchObject(LIFTED);
    expect(await bed.ask(ids[1]!)).toMatchObject({ kind: "waits", reason: "pace" });
    await bed.hold("again");
    expect(await resumeCalling(bed.deps)()).toMatchObject({ held: null });
    expect(await bed.ask(ids[1]!)).toMatchObject({ kind: "waits", reason: "pace" });
    await bed.db.lines.change({ calls_per_second: 0 });
    expect(await bed.ask(ids[1]!)).toMatchObject({ kind: "yours" });
  });
});

test("the audit records each hold and who lifted it once, also by hand in psql", async () => {
  await bed.hold("Retell refused the key");
  await bed.db.lines.resume("Anna");
  await bed.sql("UPDATE lines SET held_reason = 'by hand', held_since = clock_timestamp()");
  await bed.sql("UPDATE lines SET held_reason = NULL, held_since = NULL, lifted_by = NULL");
  const { ids } = await bed.rows(1);
  await bed.hold("again");
  await bed.sql("UPDATE lines SET held_kind = 'barred', probe_open = true");
  await bed.dial(ids[0]!);
  expect(await bed.db.lines.resume("Anna")).toBe(false);
  expect(
    await bed.sql(
      "SELECT actor, action, detail ->> 'reason' AS reason FROM audit WHERE action LIKE 'lines%' ORDER BY at, id",
    ),
  ).toEqual(
    expect.arrayContaining([
      { actor: "ringfence", action: "lines.hold", reason: "Retell refused the key" },
      { actor: "Anna", action: "lines.resume", reason: "Retell refused the key" },
      { actor: "ringfence", action: "lines.hold", reason: "by hand" },
      { actor: "ringfence", action: "lines.resume", reason: "by hand" },
      { actor: "ringfence", action: "lines.hold", reason: "again" },
      { actor: "ringfence", action: "lines.resume", reason: "again" },
    ]),
  );
  expect(await bed.sql("SELECT 1 FROM audit WHERE action IN ('lines.hold', 'lines.resume')")).toHaveLength(6);
});
