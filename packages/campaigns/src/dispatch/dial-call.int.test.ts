import { useBed } from "../testing/use-bed.ts";
import { now } from "./instant.ts";

const bed = useBed({ outcomes: { default: { reason: "user_hangup", ringMs: null, talkMs: null } } });

const dials = () => bed.simulator.state().creates.length;
const CREATE = "POST /v2/create-phone-call" as const;

describe("a claim too old to dial is void: no request is sent, and the row is released", () => {
  test.each(["monotonic", "wall"] as const)("by the %s clock", async (clock) => {
    const { ids } = await bed.rows(1);
    const fresh = now();
    const old = { ...fresh, [clock]: fresh[clock] - 501 };
    expect(await bed.dial(ids[0]!, {}, old)).toEqual({ kind: "back", reason: "stale" });
    expect(dials()).toBe(0);
    expect(await bed.call(ids[0]!)).toMatchObject({ call_status: "pending", placed: "no" });
    expect(await bed.lines()).toMatchObject({ in_use: 0 });
  });
});

test.each<[number, object, object]>([
  [400, { call_status: "failed", placed: "no", error_message: "Not like this." }, { kind: "done", outcome: "refused" }],
  [401, { call_status: "pending", placed: "no" }, { kind: "back", reason: "barred" }],
  [429, { call_status: "pending", placed: "no" }, { kind: "back", reason: "busy" }],
])("answered %i", async (status, row, next) => {
  const { ids } = await bed.rows(2);
  bed.simulator.fault({ match: CREATE, mode: "status", status, message: "Not like this." });
  expect(await bed.dial(ids[0]!)).toEqual(next);
  expect(await bed.call(ids[0]!)).toMatchObject(row);
  expect(bed.counted).toHaveLength(1);
});

test("a call whose batch is braked during a dial that gets a 429 is cancelled, and its job is done", async () => {
  const { batchId, ids } = await bed.rows(1);
  const dial: typeof bed.dialer.dial = async (call) => {
    await bed.db.stops.brake(batchId);
    return await bed.dialer.dial(call);
  };
  bed.simulator.fault({ match: CREATE, mode: "status", status: 429 });
  expect(await bed.dial(ids[0]!, { dialer: { ...bed.dialer, dial } })).toEqual({ kind: "done", outcome: "cancelled" });
  expect(await bed.call(ids[0]!)).toMatchObject({ call_status: "failed", error_message: "Batch cancelled by user" });
});

test("what a dial told is written as soon as PostgreSQL accepts it, however often it failed", async () => {
  const { ids } = await bed.rows(1);
  let away = 3;
  const recordPlaced: typeof bed.db.calls.recordPlaced = async (...written) => {
    if (away-- > 0) throw new Error("Connection terminated unexpectedly");
    return await bed.db.calls.recordPlaced(...written);
  };
  const db = { ...bed.db, calls: { ...bed.db.calls, recordPlaced } };
  expect(await bed.dial(ids[0]!, { db })).toBe("wait");
  expect(await bed.call(ids[0]!)).toMatchObject({ placed: "yes", retell_call_id: expect.any(String) });
  expect(dials()).toBe(1);
});
