import { until } from "@ringfence/testkit";
import { useBed } from "../testing/use-bed.ts";
import { recoverCall } from "./recover-call.ts";

const bed = useBed({ outcomes: { default: { reason: "user_hangup", ringMs: null, talkMs: null } } });

const LOOK_UP = "POST /v3/list-calls";
const CREATE = "POST /v2/create-phone-call";
const GONE_ON = new AbortController().signal;

/** A claimed row whose dial either reached Retell and lost its answer, or was never sent. */
async function unclear(reachesRetell: boolean) {
  const { batchId, ids } = await bed.rows(2);
  const claim = await bed.claim(ids[0]!);
  if (reachesRetell) {
    bed.simulator.fault({ match: CREATE, mode: "reset_after" });
    expect(await bed.dialer.dial(claim)).toMatchObject({ kind: "unknown" });
  }
  await bed.db.calls.recordUnknown(claim);
  return { batchId, claim, callId: claim.callId };
}
const recover = (claim: { callId: string; claimNo: number }, forMs: number, signal = GONE_ON, claimAgeMs = 0) =>
  recoverCall(
    { ...bed.deps, settle: bed.settle, times: { ...bed.times, outcomeUnknownAfterMs: forMs } },
    { ...claim, claimAgeMs },
    signal,
  );
const retellCall = () => bed.simulator.state().calls[0]!;
/** Resolves when this message was logged. */
const logged = (message: string) => until(message, () => bed.logged.some((line) => line.message === message));

test("a call found live is attached, and its run waits for it", async () => {
  const { claim, callId } = await unclear(true);
  expect(await recover(claim, 10_000)).toBe("live");
  expect(await bed.call(callId)).toMatchObject({
    call_status: "in_progress",
    placed: "yes",
    retell_call_id: retellCall().call_id,
  });
});

test("a call found ended is settled", async () => {
  const { claim, callId, batchId } = await unclear(true);
  bed.simulator.end(retellCall().call_id);
  expect(await recover(claim, 10_000)).toBe("ended");
  expect(await bed.call(callId)).toMatchObject({
    call_status: "completed",
    placed: "yes",
    disconnection_reason: "user_hangup",
  });
  expect(await bed.batch(batchId)).toMatchObject({ completed_calls: 1, in_progress_calls: 0 });
});

test("while Retell's list lags, the look-up is repeated until it shows the call", async () => {
  bed.simulator.account({ listLagMs: 3_600_000 });
  const { claim, callId } = await unclear(true);
  let looks = 0;
  const findByCallId = async (id: string) => {
    const found = await bed.lookups.findByCallId(id);
    if (++looks === 2) bed.simulator.account({ listLagMs: 0 });
    return found;
  };
  const deps = { ...bed.deps, lookups: { ...bed.lookups, findByCallId }, settle: bed.settle };
  expect(
    await recoverCall(
      { ...deps, times: { ...bed.times, outcomeUnknownAfterMs: 30_000 } },
      { ...claim, claimAgeMs: 0 },
      GONE_ON,
    ),
  ).toBe("live");
  expect(looks).toBe(3);
  expect(await bed.call(callId)).toMatchObject({ placed: "yes", retell_call_id: retellCall().call_id });
});

test("a call that is never found fails, is not redialled and may have been placed", async () => {
  const { claim, callId, batchId } = await unclear(false);
  const told: string[] = [];
  const queue = { ...bed.queue, announceEnding: async (id: string) => void told.push(id) };
  const deps = { ...bed.deps, queue, settle: bed.settle, times: { ...bed.times, outcomeUnknownAfterMs: 300 } };
  expect(await recoverCall(deps, { ...claim, claimAgeMs: 0 }, GONE_ON)).toBe("ended");
  expect(await bed.call(callId)).toMatchObject({
    call_status: "failed",
    placed: "unknown",
    error_message: "Outcome unknown, not redialled",
  });
  expect(await bed.batch(batchId)).toMatchObject({ failed_calls: 1, in_progress_calls: 0 });
  expect(bed.counted).toEqual(["calls_settled unknown 1"]);
  expect(told).toEqual([callId]);
  expect(bed.simulator.figures()).toMatchObject({ createRequests: 0 });
});

test("the call of an old claim is given up after one look-up, not before it", async () => {
  const lost = await unclear(false);
  expect(await recover(lost.claim, 120_000, GONE_ON, 500_000)).toBe("ended");
  expect(await bed.call(lost.callId)).toMatchObject({ call_status: "failed", placed: "unknown" });
  const found = await unclear(true);
  expect(await recover(found.claim, 120_000, GONE_ON, 500_000)).toBe("live");
});

test("while Retell does not answer, no call is given up; when it answers, the call is found", async () => {
  const { claim, callId } = await unclear(true);
  bed.simulator.account({ keyRevoked: true });
  const recovery = recover(claim, 0);
  await logged("Retell did not answer the look-up; it is retried");
  expect(await bed.call(callId)).toMatchObject({ call_status: "in_progress" });
  bed.simulator.account({ keyRevoked: false });
  expect(await recovery).toBe("live");
});

test("while Retell does not answer, no call is given up; when it answers without the call, it is", async () => {
  const { claim, callId } = await unclear(false);
  bed.simulator.fault({ match: LOOK_UP, mode: "status", status: 400, times: 1 });
  expect(await recover(claim, 0)).toBe("ended");
  expect(bed.logged.map((line) => line.message)).toEqual([
    "Retell did not answer the look-up; it is retried",
    "outcome unknown, not redialled",
  ]);
  expect(await bed.call(callId)).toMatchObject({ call_status: "failed", placed: "unknown" });
});

describe("a recovery does not undo what happens meanwhile:", () => {
  test("a webhook settles it", async () => {
    bed.simulator.account({ listLagMs: 600_000 });
    const { claim, callId } = await unclear(true);
    const recovery = recover(claim, 10_000);
    await bed.settle(
      { call_id: "call_1", disconnection_reason: "user_hangup", metadata: { call_id: callId } },
      "call_ended",
    );
    expect(await recovery).toBe("ended");
    expect(await bed.call(callId)).toMatchObject({ call_status: "completed", retell_call_id: "call_1" });
  });

  test("a webhook says that it goes on", async () => {
    const { claim, callId } = await unclear(false);
    const recovery = recover(claim, 10_000);
    await bed.settle({ call_id: "call_1", call_status: "ongoing", metadata: { call_id: callId } }, "call_started");
    expect(await recovery).toBe("live");
  });

  test("a webhook arrives at the very moment at which the call is given up", async () => {
    const { claim, callId } = await unclear(false);
    const calls = {
      ...bed.db.calls,
      giveUp: async (ref: { callId: string; claimNo: number }) => {
        await bed.settle(
          { call_id: "call_1", disconnection_reason: "user_hangup", metadata: { call_id: callId } },
          "call_ended",
        );
        return await bed.db.calls.giveUp(ref);
      },
    };
    const deps = {
      ...bed.deps,
      db: { ...bed.db, calls },
      settle: bed.settle,
      times: { ...bed.times, outcomeUnknownAfterMs: 0 },
    };
    expect(await recoverCall(deps, { ...claim, claimAgeMs: 0 }, GONE_ON)).toBe("ended");
    expect(await bed.call(callId)).toMatchObject({ call_status: "completed", placed: "yes" });
    expect(bed.counted).toEqual(["calls_settled webhook 1"]);
  });

  test("another run claims the row, and Retell is not even asked", async () => {
    const { claim, callId } = await unclear(false);
    await bed.db.calls.release(claim);
    await bed.claim(callId);
    let asked = 0;
    const findByCallId = async () => {
      asked++;
      return null;
    };
    const deps = {
      ...bed.deps,
      lookups: { ...bed.lookups, findByCallId },
      settle: bed.settle,
      times: { ...bed.times, outcomeUnknownAfterMs: 0 },
    };
    expect(await recoverCall(deps, { ...claim, claimAgeMs: 0 }, GONE_ON)).toBe("ended");
    expect(asked).toBe(0);
    expect(await bed.call(callId)).toMatchObject({ call_status: "in_progress", claim_no: 2 });
  });
});

test("a recovery that is aborted leaves the row for the next run", async () => {
  const { claim, callId } = await unclear(false);
  const stopping = new AbortController();
  const recovery = recover(claim, 60_000, stopping.signal);
  stopping.abort(new Error("the worker ends"));
  await expect(recovery).rejects.toThrow();
  expect(await bed.call(callId)).toMatchObject({ call_status: "in_progress", placed: "unknown", claim_no: 1 });
});
