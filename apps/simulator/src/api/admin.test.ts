import { type Bench, setUpBench } from "../testing/bench.ts";
import { until } from "../testing/until.ts";

let bench: Bench;

beforeEach(async () => {
  bench = await setUpBench();
});
afterEach(() => bench.close());

async function ask(method: string, path: string, body?: object) {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${bench.sim.url}/__sim${path}`, {
    method,
    headers,
    body: body ? JSON.stringify(body) : null,
  });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
}
const order = (path: string, body: object = {}) => ask("POST", path, body);
const done = { status: 204, body: undefined };

test("state and figures tell over HTTP what they tell in the process", async () => {
  await bench.dial({ metadata: { call_id: "a1", sim: { ringMs: null } } });
  await bench.dial({ metadata: { call_id: "a1", sim: { reason: "dial_busy" } } });
  await until("the second is analysed", () => bench.sim.figures().webhookAttempts === 2);
  expect(await ask("GET", "/state")).toEqual({ status: 200, body: bench.sim.state() });
  expect(await ask("GET", "/figures")).toEqual({ status: 200, body: bench.sim.figures() });
  const state = bench.sim.state();
  expect(state).toMatchObject({
    dialsPerCall: { a1: 2 },
    maxDialsPerCall: 2,
    refusedPerCall: {},
    currentConcurrency: 1,
    calls: [{ call_status: "registered" }, { call_status: "not_connected" }],
    webhooks: [
      { call_id: "a1", attempt: 1, status: 204 },
      { call_id: "a1", attempt: 1, status: 204 },
    ],
  });
  const [first] = state.creates;
  expect(first).toEqual({
    at: expect.any(Number),
    call_id: "a1",
    retell_call_id: state.calls[0]?.call_id,
    accepted: true,
    status: 201,
    retryCount: 0,
  });
  expect(Math.abs(Date.now() - Number(first?.at))).toBeLessThan(60_000);
});

test("a state once taken does not change", async () => {
  const before = bench.sim.state();
  await bench.dial();
  expect(before).toMatchObject({ createRequests: 0, creates: [], calls: [] });
});

test("faults are added and cleared", async () => {
  const fault = { match: "POST /v2/create-phone-call", mode: "status", status: 503, times: null };
  expect(await order("/fault", fault)).toEqual(done);
  await expect(bench.dial()).rejects.toMatchObject({ status: 503 });
  expect(await ask("DELETE", "/fault")).toEqual(done);
  await expect(bench.dial()).resolves.toBeDefined();
});

test("account, outcomes, webhooks, end, forget and reset act as in the process", async () => {
  expect(await order("/account", { paymentRequired: true })).toEqual(done);
  await expect(bench.dial()).rejects.toMatchObject({ status: 402 });
  await order("/account", { paymentRequired: false });

  expect(await order("/outcomes", { default: { reason: "agent_hangup", ringMs: null } })).toEqual(done);
  expect(await order("/webhooks", { lose: true })).toEqual(done);
  const [ended, forgotten] = [await bench.dial(), await bench.dial()];
  expect(await order("/end", { call_id: ended.call_id })).toEqual(done);
  expect(bench.sim.call(ended.call_id)).toMatchObject({ disconnection_reason: "agent_hangup" });
  expect(bench.sim.state().webhooks[0]).toMatchObject({ attempt: 0 });
  expect(await order("/forget", { call_id: forgotten.call_id })).toEqual(done);
  expect(bench.sim.call(forgotten.call_id)).toBeUndefined();

  expect(await order("/reset")).toEqual(done);
  expect(bench.sim.state()).toMatchObject({
    calls: [],
    creates: [],
    webhooks: [],
    dialsPerCall: {},
    peakConcurrency: 0,
  });
  await bench.dial();
  await until("outcomes and webhooks are as at the start", () => bench.inbox.letters.length === 3);
});

test("outcomes: what is not named stays, null goes back to the mix", async () => {
  bench.sim.outcomes({ byNumber: { "+12137774446": { reason: "inactivity" } } });
  const reasonOf = async (to_number: string) => {
    const { call_id } = await bench.dial({ to_number });
    return until("it is over", () => bench.sim.call(call_id)?.disconnection_reason);
  };
  expect(await reasonOf("+12137774446")).toBe("inactivity");
  expect(await reasonOf("+12137774445")).toBe("user_hangup");
  bench.sim.outcomes({ byNumber: {}, default: null });
  expect(await reasonOf("+12137770002")).toBe("dial_busy");
  const reasons = new Set<string>();
  for (let i = 0; i < 30; i++) reasons.add(await reasonOf("+12137774447"));
  expect(reasons.size).toBeGreaterThan(1);
});

test.each([
  ["/fault", { match: "POST /v2/create-phone-call" }, 400],
  ["/account", { concurencyLimit: 3 }, 400],
  ["/account", { foreignCalls: -1 }, 400],
  ["/outcomes", { default: { talkMs: 3 } }, 400],
  ["/webhooks", { lose: 2 }, 400],
  ["/end", { call_id: "call_x" }, 422],
  ["/forget", { call_id: "call_x" }, 422],
  ["/nothing", {}, 404],
])("POST %s %j is refused with %s", async (path, body, status) => {
  expect(await order(path, body)).toEqual({ status, body: { status: "error", message: expect.any(String) } });
});

test("can be switched off", async () => {
  await bench.close();
  bench = await setUpBench({ admin: false });
  expect((await ask("GET", "/state")).status).toBe(404);
  expect((await order("/reset")).status).toBe(404);
});

test("close cuts off who waits, and may be repeated", async () => {
  bench.sim.fault({ match: "POST /v2/create-phone-call", mode: "hang_after" });
  const hanging = bench.dial().catch((error: unknown) => error);
  await until("the call is made", () => bench.sim.figures().dials === 1);
  await Promise.all([bench.sim.close(), bench.sim.close()]);
  await bench.sim.close();
  expect(await hanging).toBeInstanceOf(Error);
});
