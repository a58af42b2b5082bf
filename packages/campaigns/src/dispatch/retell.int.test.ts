import { useBed } from "../testing/use-bed.ts";

const bed = useBed({ outcomes: { default: { reason: "user_hangup", ringMs: 0, talkMs: null } } });

const CREATE = "POST /v2/create-phone-call";
const OURS = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
const dial = (callId = OURS) =>
  bed.dialer.dial({
    callId,
    batchId: OURS,
    campaignId: OURS,
    fromNumber: "+14157774444",
    toNumber: "+14155551000",
    agentId: null,
    dynamicVariables: { name: "Ana" },
  });
/** Dials and returns Retell's id. */
const placed = async (callId?: string) => {
  const answer = await dial(callId);
  if (answer.kind !== "placed") throw new Error(answer.kind);
  return answer.retellCallId;
};

describe("a dial", () => {
  test("is placed once, with our metadata", async () => {
    const id = await placed();
    expect(bed.simulator.call(id)).toMatchObject({
      to_number: "+14155551000",
      metadata: { call_id: OURS, batch_id: OURS, campaign_id: OURS },
      retell_llm_dynamic_variables: { name: "Ana" },
    });
    expect(bed.simulator.figures()).toMatchObject({ dials: 1, createRequests: 1, retriedCreates: 0 });
  });

  test.each([
    ["status_after", 1, "unknown"],
    ["reset_after", 1, "unknown"],
    ["hang_after", 1, "unknown"],
    ["reset_before", 0, "unknown"],
    ["status", 0, "unknown"],
  ] as const)("whose answer is lost by %s is sent once", async (mode, dials, kind) => {
    bed.simulator.fault({ match: CREATE, mode, times: 5 });
    expect(await dial()).toMatchObject({ kind });
    expect(bed.simulator.figures()).toMatchObject({ dials, createRequests: 1, retriedCreates: 0 });
  });

  test.each([
    ["a workspace without a free line", { concurrencyLimit: 0 }, { kind: "busy" }],
    ["a trial that ended", { paymentRequired: true }, { kind: "barred", status: 402 }],
    ["a key that was revoked", { keyRevoked: true }, { kind: "barred", status: 401 }],
    ["a number that is not ours", { numbers: ["+14150000000"] }, { kind: "refused", status: 422 }],
  ])("in %s", async (_, account, answer) => {
    bed.simulator.account(account);
    expect(await dial()).toMatchObject(answer);
    expect(bed.simulator.figures()).toMatchObject({ dials: 0, createRequests: 1 });
  });
});

describe("looking up", () => {
  test("by our id succeeds as soon as Retell's list shows the call", async () => {
    expect(await bed.lookups.findByCallId(OURS)).toBeNull();
    const id = await placed();
    bed.simulator.account({ listLagMs: 600_000 });
    expect(await bed.lookups.findByCallId(OURS)).toBeNull();
    bed.simulator.account({ listLagMs: 0 });
    expect(await bed.lookups.findByCallId(OURS)).toMatchObject({ call_id: id, metadata: { call_id: OURS } });
  });

  test("by our id does not find a call that lost its metadata", async () => {
    bed.simulator.outcomes({ default: { reason: "dial_busy", ringMs: null } });
    const id = await placed();
    bed.simulator.account({ dropMetadataOnNotConnected: true });
    bed.simulator.end(id);
    expect(await bed.lookups.findByCallId(OURS)).toBeNull();
    expect(await bed.lookups.findMany([id])).toMatchObject([{ call_id: id, disconnection_reason: "dial_busy" }]);
  });

  test("by Retell's ids finds all calls that Retell still knows", async () => {
    const ids = [await placed(), await placed(), await placed()];
    bed.simulator.end(ids[0]!, "agent_hangup");
    bed.simulator.forget(ids[2]!);
    const found = await bed.lookups.findMany([...ids, "call_unknown"]);
    expect(found.map((call) => [call.call_id, call.disconnection_reason ?? null]).sort()).toEqual(
      [
        [ids[0], "agent_hangup"],
        [ids[1], null],
      ].sort(),
    );
  });

  test("finds a thousand calls with one request", async () => {
    bed.simulator.account({ concurrencyLimit: 2_000 });
    const ids = await Promise.all(Array.from({ length: 30 }, () => placed()));
    const many = [...ids, ...Array.from({ length: 970 }, (_, n) => `call_${n}`)];
    expect(await bed.lookups.findMany(many)).toHaveLength(30);
  });
});

describe("hanging up", () => {
  test("ends a live call with that reason; a repeated hang-up finds it over", async () => {
    const id = await placed();
    expect(await bed.lookups.hangUp(id)).toBe(true);
    await expect(bed.lookups.findMany([id])).resolves.toHaveLength(1);
    expect(await bed.lookups.hangUp(id)).toBe(false);
    expect(bed.simulator.call(id)).toMatchObject({ disconnection_reason: "manual_stopped" });
  });

  test.each([422, 400] as const)(
    "returns false for a call that ended by itself, answered %d, or is unknown",
    async (stopEndedStatus) => {
      bed.simulator.account({ stopEndedStatus });
      const id = await placed();
      bed.simulator.end(id);
      expect(await bed.lookups.hangUp(id)).toBe(false);
      expect(await bed.lookups.hangUp("call_unknown")).toBe(false);
    },
  );

  test("returns false for a ringing call where Retell does not allow it", async () => {
    bed.simulator.outcomes({ default: { reason: "user_hangup", ringMs: null } });
    bed.simulator.account({ stopRinging: "reject" });
    expect(await bed.lookups.hangUp(await placed())).toBe(false);
  });
});

test.each([
  [{}, "ok"],
  [{ keyRevoked: true }, { kind: "barred", status: 401 }],
])("a probe in %j", async (account, answer) => {
  bed.simulator.account(account);
  expect(await bed.lookups.probe()).toEqual(answer);
});
