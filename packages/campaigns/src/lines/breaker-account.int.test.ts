import { RetellCall } from "@ringfence/domain";
import { useBed } from "../testing/use-bed.ts";

const bed = useBed({
  concurrencyLimit: 100,
  outcomes: { default: { reason: "user_hangup", ringMs: 0, talkMs: null } },
});
beforeEach(async () => {
  await bed.db.lines.change({ limit: 100 });
});

/** Makes one dial that gets this answer from Retell. */
const dialInto = async (id: string, status: number, message = "Not like this.") => {
  bed.simulator.fault({ match: "POST /v2/create-phone-call", mode: "status", status, message });
  return await bed.dial(id);
};
const closed = { kind: "waits", reason: "held", askAfterMs: 1_000 };
const LIFTED = {
  held_kind: null,
  held_reason: null,
  held_since: null,
  probe_at: null,
  probe_step: 0,
  probe_call_id: null,
};

describe("Retell refuses the account: 401, 402, 403", () => {
  test.each([401, 402, 403])("%i holds at once, and its row waits", async (status) => {
    const { ids } = await bed.rows(2);
    await bed.probeComesAfter(5, async () =>
      expect(await dialInto(ids[0]!, status)).toMatchObject({ kind: "back", reason: "barred" }),
    );
    expect(await bed.lines()).toMatchObject({ held_kind: "barred", held_reason: expect.stringContaining(`${status}`) });
    expect(await bed.call(ids[0]!)).toMatchObject({ call_status: "pending", placed: "no", error_message: null });
    for (const id of ids) expect(await bed.ask(id)).toEqual(closed);
    expect(bed.logged).toContainEqual({ level: "error", message: "dialling is held", fields: { status } });
  });

  test("probes follow after 10, 20, 40, 60 and 60 s; a refused probe keeps the hold, with a new reason", async () => {
    const { ids } = await bed.rows(1);
    await dialInto(ids[0]!, 401);
    const { held_since } = await bed.lines();
    for (const [step, seconds] of [10, 20, 40, 60, 60, 60].entries()) {
      await bed.probeComesAfter(seconds, bed.probe);
      await dialInto(ids[0]!, 402);
      expect(await bed.lines()).toMatchObject({
        held_kind: "barred",
        held_reason: expect.stringContaining("402"),
        held_since,
        probe_step: step + 1,
        probe_open: false,
        probe_call_id: null,
      });
      expect(await bed.call(ids[0]!)).toMatchObject({ call_status: "pending" });
      expect(await bed.ask(ids[0]!)).toEqual(closed);
    }
  });

  test("a probe with an unknown outcome turns it into a hold of that kind, with its first probe wait", async () => {
    const { ids } = await bed.rows(3);
    await dialInto(ids[0]!, 401);
    const { held_since } = await bed.lines();
    for (let round = 0; round < 3; round++) {
      await bed.probe();
      await dialInto(ids[0]!, 401);
    }
    await bed.probe();
    await bed.probeComesAfter(30, () => dialInto(ids[1]!, 500));
    expect(await bed.lines()).toMatchObject({
      held_kind: "unknown",
      held_reason: expect.stringContaining("without a clear answer"),
      held_since,
      probe_step: 0,
      probe_open: false,
      probe_call_id: null,
    });
    await bed.probeComesAfter(60, bed.probe);
    await bed.probeComesAfter(5, () => dialInto(ids[2]!, 403));
    expect(await bed.lines()).toMatchObject({ held_kind: "barred", held_since, probe_step: 0, probe_open: false });
  });

  test("a placed dial lifts the hold, and so does a refusal that concerns only the call", async () => {
    const { ids } = await bed.rows(4);
    for (const [row, status] of [
      [0, 201],
      [1, 422],
    ] as const) {
      await dialInto(ids[3]!, 401);
      await bed.probe();
      await (status === 201 ? bed.dial(ids[row]!) : dialInto(ids[row]!, status));
      expect(await bed.lines()).toMatchObject({ ...LIFTED, refused_in_a_row: 0 });
    }
    expect(await bed.ask(ids[2]!)).toMatchObject({ kind: "yours", call: { probe: false } });
  });

  test("an answer to a claim older than the last lifting does not hold, but its row waits", async () => {
    const { ids } = await bed.rows(1);
    const dial: typeof bed.dialer.dial = async (call) => {
      await bed.db.lines.resume();
      return await bed.dialer.dial(call);
    };
    bed.simulator.fault({ match: "POST /v2/create-phone-call", mode: "status", status: 401 });
    expect(await bed.dial(ids[0]!, { dialer: { ...bed.dialer, dial } })).toMatchObject({ kind: "back" });
    expect(await bed.lines()).toMatchObject({ held_reason: null });
    expect(await bed.call(ids[0]!)).toMatchObject({ call_status: "pending", placed: "no" });
  });
});

describe.each(["no_valid_payment", "scam_detected"])("a call that ended as %s", (reason) => {
  const word = (callId: string, fields: object = { disconnection_reason: reason }) =>
    RetellCall.parse({ call_id: `call_${callId}`, call_status: "error", metadata: { call_id: callId }, ...fields });

  test.each(["call_ended", "call_analyzed", undefined])("holds dialling, told by %s, once", async (event) => {
    const { ids } = await bed.rows(2);
    await bed.place(ids[0]!);
    await bed.probeComesAfter(5, () => bed.settle(word(ids[0]!), event));
    expect(await bed.lines()).toMatchObject({ held_kind: "account", held_reason: expect.stringContaining(reason) });
    expect(await bed.ask(ids[1]!)).toEqual(closed);
    await bed.db.lines.resume();
    for (const again of ["call_ended", "call_analyzed", undefined]) await bed.settle(word(ids[0]!), again);
    expect(await bed.lines()).toMatchObject({ held_reason: null });
  });

  test("does not hold dialling if claimed before the last lifting", async () => {
    const { ids } = await bed.rows(1);
    await bed.place(ids[0]!);
    await bed.db.lines.resume();
    expect(await bed.settle(word(ids[0]!), "call_ended")).toBe("settled");
    expect(await bed.lines()).toMatchObject({ held_reason: null });
  });

  test("is not forgotten when a dial is placed or refused; a later call with the same end keeps the hold", async () => {
    const { ids } = await bed.rows(4);
    await bed.place(ids[0]!);
    await bed.settle(word(ids[0]!), "call_ended");
    const { held_since } = await bed.lines();
    await bed.probe();
    await bed.place(ids[1]!);
    await bed.probe();
    await dialInto(ids[2]!, 422);
    expect(await bed.lines()).toMatchObject({ held_kind: "account", held_since });
    await bed.settle(word(ids[1]!), "call_ended");
    expect(await bed.lines()).toMatchObject({ held_kind: "account", held_since, probe_step: 2 });
    expect(await bed.ask(ids[3]!)).toEqual(closed);
  });

  test.each<[string, object, string | undefined]>([
    ["connects", { call_status: "ongoing" }, "call_started"],
    ["connects, seen by a look-up", { call_status: "ongoing" }, undefined],
    ["ends well", { call_status: "ended", disconnection_reason: "user_hangup" }, "call_ended"],
    ["finds nobody", { call_status: "not_connected", disconnection_reason: "dial_no_answer" }, undefined],
  ])("is over when a call claimed since %s", async (_, fields, event) => {
    const { ids } = await bed.rows(3);
    await bed.place(ids[0]!);
    await bed.place(ids[2]!);
    await bed.settle(word(ids[0]!), "call_ended");
    // A call claimed before the hold shows nothing.
    await bed.settle(word(ids[2]!, fields), event);
    expect(await bed.lines()).toMatchObject({ held_kind: "account" });
    await bed.probe();
    await bed.place(ids[1]!);
    await bed.settle(word(ids[1]!, { call_status: "registered" }));
    expect(await bed.lines()).toMatchObject({ held_kind: "account" });
    await bed.settle(word(ids[1]!, fields), event);
    expect(await bed.lines()).toMatchObject(LIFTED);
  });
});

describe("of equal refusals,", () => {
  /** Rows of which the first five were refused with the same message. */
  async function held() {
    const { ids } = await bed.rows(9);
    for (const id of ids.splice(0, 5)) await dialInto(id, 422, "No such agent");
    expect(await bed.lines()).toMatchObject({ held_kind: "refused" });
    return ids;
  }

  test("four in a row do not hold, the fifth does", async () => {
    const { ids } = await bed.rows(6);
    for (const id of ids.slice(0, 4)) expect(await dialInto(id, 422)).toMatchObject({ kind: "done" });
    expect(await bed.lines()).toMatchObject({ refused_in_a_row: 4, held_reason: null });
    await bed.probeComesAfter(5, () => dialInto(ids[4]!, 422));
    expect(await bed.lines()).toMatchObject({ held_kind: "refused", held_reason: expect.stringContaining("422") });
    expect(await bed.ask(ids[5]!)).toEqual(closed);
  });

  test.each<[string, (id: string) => Promise<unknown>, number]>([
    ["another message", (id) => dialInto(id, 422, "Something else"), 1],
    ["another status", (id) => dialInto(id, 400), 1],
    ["a placed dial", (id) => bed.dial(id), 0],
  ])("%s between them begins the row anew", async (_, between, left) => {
    const { ids } = await bed.rows(9);
    for (const id of ids.slice(0, 4)) await dialInto(id, 422);
    await between(ids[4]!);
    expect(await bed.lines()).toMatchObject({ refused_in_a_row: left, held_reason: null });
    for (const id of ids.slice(5)) await dialInto(id, 422);
    expect(await bed.lines()).toMatchObject({ refused_in_a_row: 4, held_reason: null });
  });

  test("refusals of claims older than the last lifting do not count", async () => {
    const { ids } = await bed.rows(5);
    for (const id of ids) await bed.claim(id);
    await bed.db.lines.resume();
    for (const id of ids) await bed.db.lines.noteRefusal(id, 422, "No such agent");
    expect(await bed.lines()).toMatchObject({ refused_in_a_row: 0, held_reason: null });
  });

  test("a probe refused alike keeps the hold and delays the next probe", async () => {
    const ids = await held();
    const { held_since } = await bed.lines();
    for (const [row, seconds] of [10, 20].entries()) {
      await bed.probeComesAfter(seconds, bed.probe);
      await dialInto(ids[row]!, 422, "No such agent");
      expect(await bed.lines()).toMatchObject({ held_kind: "refused", held_since, probe_step: row + 1 });
      expect(await bed.ask(ids[3]!)).toEqual(closed);
    }
  });

  test.each<[string, (id: string) => Promise<unknown>]>([
    ["refused otherwise", (id) => dialInto(id, 422, "Number not valid")],
    ["placed", (id) => bed.dial(id)],
  ])("a probe %s lifts it", async (_, dial) => {
    const ids = await held();
    await bed.probe();
    await dial(ids[0]!);
    expect(await bed.lines()).toMatchObject({ ...LIFTED, refused_in_a_row: 0, last_refusal: null });
    expect(await bed.ask(ids[1]!)).toMatchObject({ kind: "yours" });
  });
});

describe("a hold set by hand", () => {
  const BY_HAND = "UPDATE lines SET held_reason = 'Do not call today', held_since = clock_timestamp()";

  test("without kind and probe stays until it is lifted by hand, whatever happens meanwhile", async () => {
    const { ids } = await bed.rows(12);
    for (const id of ids.slice(0, 5)) await bed.claim(id);
    const claimed = await bed.claim(ids[5]!);
    await bed.sql(BY_HAND);
    const { held_since } = await bed.lines();
    const sweep = bed.sweeper();
    for (let round = 0; round < 3; round++) await sweep();
    await bed.db.calls.recordPlaced(claimed, "call_1");
    for (const id of ids.slice(0, 5)) await bed.db.lines.noteRefusal(id, 422, "No such agent");
    await bed.db.lines.hold("barred", "401", ids[0]!);
    await bed.settle({ call_id: "call_1", disconnection_reason: "user_hangup", metadata: {} }, "call_ended");
    expect(await bed.lines()).toMatchObject({
      held_reason: "Do not call today",
      held_since,
      held_kind: null,
      probe_at: null,
      probe_open: false,
    });
    expect(await bed.db.lines.takeProbe()).toBeNull();
    expect(await bed.ask(ids[6]!)).toEqual(closed);
    expect(await bed.db.lines.resume()).toBe(true);
    expect(await bed.ask(ids[6]!)).toMatchObject({ kind: "yours", call: { probe: false } });
  });

  test("with a time for its probe is probed like a hold after 401", async () => {
    const { ids } = await bed.rows(1);
    await bed.sql(`${BY_HAND}, probe_at = clock_timestamp()`);
    await bed.probeComesAfter(10, bed.sweeper());
    expect(await bed.lines()).toMatchObject({ probe_open: true, probe_step: 1 });
    await bed.dial(ids[0]!);
    expect(await bed.lines()).toMatchObject(LIFTED);
  });
});
