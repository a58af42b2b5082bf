import { createManualTimers } from "../testing/manual-timers.ts";
import type { Webhooks } from "../webhooks/webhooks.ts";
import { type CallRecord, createCalls } from "./calls.ts";
import { createLifecycle } from "./lifecycle.ts";
import { createTimers } from "./timers.ts";

const OUTCOME = { reason: "user_hangup", ringMs: 100, talkMs: 1_000, analyzeMs: 10, faults: {} };

function setUp(timeScale = 1) {
  const [timers, calls] = [createManualTimers(), createCalls()];
  const events: string[] = [];
  const webhooks: Webhooks = {
    emit: async (_call, event) => void events.push(event),
    setFaults: () => {},
    rollBefore201: () => false,
    clear: () => {},
  };
  const look = () => ({ url: "", dropMetadataOnNotConnected: false });
  const lifecycle = createLifecycle({ calls, webhooks, timers, timeScale, look });
  const call: CallRecord = calls.add({
    fromNumber: "+1",
    toNumber: "+2",
    agentId: "agent_sim",
    metadata: undefined,
    dynamicVariables: undefined,
    sipHeaders: {},
    webhook: { url: undefined, events: [], timeoutMs: 1 },
    outcome: OUTCOME,
  });
  lifecycle.start(call);
  return { timers, calls, events, lifecycle, call };
}

test.each([1, 0.05])("each step comes when its time has passed, times %d", (timeScale) => {
  const { timers, events, call } = setUp(timeScale);
  const seen: string[] = [];
  for (const ms of [99, 1, 999, 1, 9, 1]) {
    timers.pass(ms * timeScale);
    seen.push(`${call.status} ${events.length}`);
  }
  expect(seen).toEqual(["registered 0", "ongoing 1", "ongoing 1", "ended 2", "ended 2", "ended 3"]);
  expect(timers.count()).toBe(0);
});

test("a call that was ended by hand does not end again when its time is up", () => {
  const { timers, calls, events, lifecycle, call } = setUp();
  timers.pass(100);
  lifecycle.end(call, "agent_hangup");
  lifecycle.end(call, "inactivity");
  timers.pass(10_000);
  expect(events).toEqual(["call_started", "call_ended", "call_analyzed"]);
  expect(call.reason).toBe("agent_hangup");
  expect(calls.live).toBe(0);
});

test("a call that was stopped while it rang is not answered any more", () => {
  const { timers, calls, events, lifecycle, call } = setUp();
  timers.pass(50);
  lifecycle.stopSoon(call);
  expect(call.status).toBe("registered");
  timers.pass(10_000);
  expect(events).toEqual(["call_ended", "call_analyzed"]);
  expect(call).toMatchObject({ status: "not_connected", reason: "manual_stopped" });
  expect(calls.live).toBe(0);
});

test.each([50, 500, 1_105, 5_000])("a call forgotten after %d ms does nothing more", (ms) => {
  const { timers, calls, events, lifecycle, call } = setUp();
  timers.pass(ms);
  const before = [...events];
  lifecycle.forget(call);
  timers.pass(10_000);
  expect(events).toEqual(before);
  expect(calls.live).toBe(0);
  expect(timers.count()).toBe(0);
});

describe("real timers", () => {
  const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  test("run unless cancelled, cleared or closed", async () => {
    const [timers, ran] = [createTimers(), new Set<string>()];
    const cancel = timers.after(0, () => ran.add("cancelled"));
    cancel();
    timers.after(0, () => ran.add("cleared"));
    timers.clear();
    timers.after(0, () => ran.add("ran"));
    await later(2);
    timers.after(0, () => ran.add("closed"));
    timers.close();
    timers.after(0, () => ran.add("after closing"));
    await later(2);
    expect([...ran]).toEqual(["ran"]);
  });
});
