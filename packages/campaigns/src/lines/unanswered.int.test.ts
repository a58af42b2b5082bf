import { type Endings, listenForEndings } from "@ringfence/queue";
import { until } from "@ringfence/testkit";
import { createClaimer } from "../dispatch/claimer.ts";
import { runCall } from "../dispatch/run-call.ts";
import { useBed } from "../testing/use-bed.ts";

const bed = useBed({ outcomes: { default: { reason: "user_hangup", ringMs: 0, talkMs: null } } });
let endings: Endings;
beforeAll(async () => {
  endings = listenForEndings({
    url: bed.redisUrl,
    prefix: bed.prefix,
    lookEveryMs: 50,
    ended: bed.db.calls.ended,
    onError: (error) => bed.errors.push(error),
  });
  bed.onClose(endings.close);
});

const away = () => new Error("Connection terminated unexpectedly");
const goOn = { signal: new AbortController().signal };

/** One process's runs. `claims` sets the fate of each claim, in order: answered, answer lost, or never arrived. */
function processOf(...claims: ("lost" | "never arrives")[]) {
  const names: string[] = [];
  const claim: typeof bed.db.calls.claim = async (runs, most) => {
    names.push(...runs.map(({ name }) => name));
    const fate = claims.shift();
    if (fate === "never arrives") throw away();
    const answer = await bed.db.calls.claim(runs, most);
    if (fate === "lost") throw away();
    return answer;
  };
  const claimer = createClaimer({ db: { calls: { claim } }, times: bed.times, count: () => undefined });
  const process = (dialer = bed.dialer, outcomeUnknownAfterMs = 4_500, queue = bed.queue) =>
    runCall({
      ...bed.deps,
      queue,
      claimer,
      dialer,
      endings,
      settle: bed.settle,
      times: { ...bed.times, outcomeUnknownAfterMs },
    });
  return { names, process };
}
const oneRow = async () => {
  const { batchId, ids } = await bed.rows(1);
  return { batchId, callId: ids[0]!, job: { callId: ids[0]!, batchId } };
};
const dials = () => bed.simulator.state().creates.length;
/** Ends the call at Retell and sends its webhook. */
async function endCall(callId: string) {
  const placed = await until("it is placed", async () => (await bed.call(callId)).retell_call_id);
  bed.simulator.end(placed);
  await bed.settle({ call_id: placed, disconnection_reason: "user_hangup", metadata: {} }, "call_ended");
}
const fresh = { call_status: "pending", placed: "no", claim_no: 1, claimed_at: null, error_message: null };

describe("a claim that was granted and whose answer was lost", () => {
  test("is given back by its own run, and the call is dialled once", async () => {
    const { callId, job } = await oneRow();
    const run = processOf("lost").process();
    expect(await run(job, goOn)).toMatchObject({ kind: "back" });
    expect(await bed.call(callId)).toMatchObject(fresh);
    expect(await bed.lines()).toMatchObject({ in_use: 0 });
    expect(dials()).toBe(0);
    const running = run(job, goOn);
    await endCall(callId);
    expect(await running).toEqual({ kind: "done", outcome: "ended" });
    expect(await bed.call(callId)).toMatchObject({ call_status: "completed", claim_no: 2 });
    expect(dials()).toBe(1);
  });

  test("is given back also if several answers in a row were lost", async () => {
    const { callId, job } = await oneRow();
    expect(await processOf("never arrives", "lost", "lost").process()(job, goOn)).toMatchObject({ kind: "back" });
    expect(await bed.call(callId)).toMatchObject(fresh);
  });

  test("is cancelled in a batch that was braked meanwhile", async () => {
    const { callId, batchId, job } = await oneRow();
    const { process } = processOf("lost");
    const running = process()(job, goOn);
    await until("it is claimed", async () => (await bed.call(callId)).call_status === "in_progress");
    await bed.db.stops.brake(batchId);
    expect(await running).toMatchObject({ kind: "back" });
    expect(await bed.call(callId)).toMatchObject({
      call_status: "failed",
      placed: "no",
      error_message: "Batch cancelled by user",
    });
  });

  test("costs no step if it was the probe of a hold", async () => {
    const { job } = await oneRow();
    await bed.hold("x", "unknown");
    await bed.probe();
    await processOf("lost").process()(job, goOn);
    expect(await bed.lines()).toMatchObject({ held_kind: "unknown", probe_step: 0, probe_call_id: null });
  });

  test("is given back by the next run of the call if its own run was aborted", async () => {
    const { callId, job } = await oneRow();
    const { names, process } = processOf("lost");
    const run = process();
    const stopping = new AbortController();
    const first = run(job, { signal: stopping.signal });
    await until("it is claimed", async () => (await bed.call(callId)).call_status === "in_progress");
    stopping.abort(new Error("the worker ends"));
    expect(await first).toMatchObject({ kind: "back" });
    expect(await run(job, goOn)).toMatchObject({ kind: "back" });
    expect(await bed.call(callId)).toMatchObject(fresh);
    expect(new Set(names).size).toBe(1);
  });

  test("is not given back by another process's run, which asks Retell", async () => {
    const { callId, job } = await oneRow();
    const stopping = new AbortController();
    const first = processOf("lost").process()(job, { signal: stopping.signal });
    await until("it is claimed", async () => (await bed.call(callId)).call_status === "in_progress");
    stopping.abort(new Error("the worker ends"));
    await first;
    expect(await processOf("never arrives").process(bed.dialer, 0)(job, goOn)).toMatchObject({ outcome: "recovered" });
    expect(await bed.call(callId)).toMatchObject({
      call_status: "failed",
      placed: "unknown",
      error_message: "Outcome unknown, not redialled",
      claim_no: 1,
    });
    expect(dials()).toBe(0);
  });
});

test("a claim that never arrived is repeated, and the call is dialled once", async () => {
  const { callId, job } = await oneRow();
  const { names, process } = processOf("never arrives");
  const running = process()(job, goOn);
  await endCall(callId);
  expect(await running).toEqual({ kind: "done", outcome: "ended" });
  expect(await bed.call(callId)).toMatchObject({ call_status: "completed", claim_no: 1 });
  expect(names).toEqual([names[0], names[0]]);
  expect(dials()).toBe(1);
});

test("another run's claim is never given back, though this run's own answer was lost, too", async () => {
  const { callId, job } = await oneRow();
  const other = await bed.claim(callId);
  expect(await processOf("never arrives", "lost").process(bed.dialer, 0)(job, goOn)).toEqual({
    kind: "done",
    outcome: "recovered",
  });
  expect(await bed.call(callId)).toMatchObject({ call_status: "failed", placed: "unknown", claim_no: other.claimNo });
});

describe("two runs never share a name:", () => {
  test("a second run of the call, while the first waits, has its own and leaves the claim to the first", async () => {
    const { callId, job } = await oneRow();
    const { names, process } = processOf("lost");
    const run = process();
    const first = run(job, goOn);
    await until("it is claimed", async () => (await bed.call(callId)).call_status === "in_progress");
    bed.simulator.fault({ match: "POST /v2/create-phone-call", mode: "status", status: 400, times: null });
    const second = run(job, goOn);
    expect(await first).toMatchObject({ kind: "back", reason: "its claim was not answered" });
    // It finds the claim of the first, or the row as the first has given it back.
    expect(await second).toMatchObject({ kind: "done", outcome: expect.stringMatching(/^(recovered|refused)$/) });
    expect(new Set(names).size).toBe(2);
    expect(names.slice(0, 2)).toEqual([names[0], names[0]]);
  });

  test("of two runs that come after it one has its name", async () => {
    const { callId, job } = await oneRow();
    const { names, process } = processOf("lost");
    const run = process();
    const stopping = new AbortController();
    const first = run(job, { signal: stopping.signal });
    await until("it is claimed", async () => (await bed.call(callId)).call_status === "in_progress");
    stopping.abort(new Error("the worker ends"));
    await first;
    // The run without the name may start after the other has given the claim back, and dial.
    bed.simulator.fault({ match: "POST /v2/create-phone-call", mode: "status", status: 400, times: null });
    const after = await Promise.all([run(job, goOn), run(job, goOn)]);
    const unanswered = { kind: "back", reason: "its claim was not answered" };
    expect(after.filter((result) => result.kind === "back" && result.reason === unanswered.reason)).toEqual([
      unanswered,
    ]);
    const [lost, ...others] = names;
    expect(others.filter((name) => name === lost)).toHaveLength(1);
  });

  test("a run whose claim was answered takes its name with it", async () => {
    const { callId, job } = await oneRow();
    const { names, process } = processOf("never arrives");
    const run = process({ ...bed.dialer, dial: () => Promise.reject(new Error("odd")) }, 0);
    await expect(run(job, goOn)).rejects.toThrow("odd");
    expect(await run(job, goOn)).toEqual({ kind: "done", outcome: "recovered" });
    expect(names.at(-1)).not.toBe(names[0]);
    expect(await bed.call(callId)).toMatchObject({ call_status: "failed", placed: "unknown" });
  });
});

test.each([
  [400, "failed"],
  [429, "pending"],
])(
  "after a dial answered %i, which leaves the row %s, all workers learn that a line is free",
  async (status, became) => {
    const { callId, job } = await oneRow();
    let told = 0;
    const announceLines = async () => {
      told++;
      expect(await bed.call(callId)).toMatchObject({ call_status: became });
    };
    bed.simulator.fault({ match: "POST /v2/create-phone-call", mode: "status", status });
    await processOf().process(bed.dialer, 4_500, { ...bed.queue, announceLines })(job, goOn);
    expect(told).toBe(1);
  },
);

test("after a dial that threw, the row is looked up, never given back", async () => {
  const { callId, job } = await oneRow();
  const dial = async (call: Parameters<typeof bed.dialer.dial>[0]) => {
    await bed.dialer.dial(call);
    throw new Error("odd");
  };
  const run = processOf().process({ ...bed.dialer, dial });
  await expect(run(job, goOn)).rejects.toThrow("odd");
  const again = run(job, goOn);
  await endCall(callId);
  expect(await again).toMatchObject({ kind: "done" });
  expect(await bed.call(callId)).toMatchObject({ call_status: "completed", claim_no: 1 });
  expect(dials()).toBe(1);
});
