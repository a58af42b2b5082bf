import { type Bench, setUpBench } from "../testing/bench.ts";
import { until } from "../testing/until.ts";

let bench: Bench;

beforeEach(async () => {
  bench = await setUpBench();
});
afterEach(() => bench.close());

const dialWith = (sim: object) => bench.dial({ metadata: { call_id: "a1", sim } });
const received = (count: number) =>
  until(`${count} webhooks came`, () => bench.inbox.letters.length >= count && bench.inbox.letters);

/** What the webhooks of one call said, whatever order they came in. */
const told = (callId: string) =>
  bench.inbox.letters
    .filter(({ call }) => call.call_id === callId)
    .map(({ event, call }) => `${event}: ${call.call_status}`)
    .sort();

test("a call that is answered starts, ends and is analysed, each with a genuine webhook", async () => {
  const { call_id } = await dialWith({});
  await received(3);
  expect(told(call_id)).toEqual(["call_analyzed: ended", "call_ended: ended", "call_started: ongoing"]);
  for (const letter of bench.inbox.letters) {
    expect(letter.genuine).toBe(true);
    expect(letter.call).toMatchObject({ call_id, metadata: { call_id: "a1" } });
  }
  const [started, ended, analyzed] = ["call_started", "call_ended", "call_analyzed"].map(
    (event) => bench.inbox.about(event).call,
  );
  expect(started).not.toHaveProperty("end_timestamp");
  expect(ended).toMatchObject({ disconnection_reason: "user_hangup", transcript: expect.any(String) });
  expect(ended).not.toHaveProperty("call_analysis");
  expect(analyzed).toEqual(await bench.retell.call.retrieve(call_id));
  expect(analyzed?.call_analysis).toMatchObject({ in_voicemail: false, call_successful: true });
});

test("a call that nobody answers never starts and takes no time", async () => {
  const { call_id } = await dialWith({ reason: "dial_no_answer" });
  await received(2);
  expect(told(call_id)).toEqual(["call_analyzed: not_connected", "call_ended: not_connected"]);
  const { call } = bench.inbox.about("call_ended");
  expect(call).toMatchObject({
    disconnection_reason: "dial_no_answer",
    duration_ms: 0,
    call_cost: { combined_cost: 0, product_costs: [] },
  });
  expect(call.start_timestamp).toBe(call.end_timestamp);
  expect(call).not.toHaveProperty("transcript");
});

test("an error in the conversation comes after call_started, one before it does not", async () => {
  const broken = await dialWith({ reason: "error_asr" });
  const refused = await dialWith({ reason: "concurrency_limit_reached" });
  await received(5);
  expect(told(broken.call_id)).toEqual(["call_analyzed: error", "call_ended: error", "call_started: ongoing"]);
  expect(told(refused.call_id)).toEqual(["call_analyzed: error", "call_ended: error"]);
});

test("an answering machine shows in the analysis", async () => {
  await dialWith({ reason: "voicemail_reached" });
  await received(3);
  const { call } = bench.inbox.about("call_analyzed");
  expect(call.call_analysis).toMatchObject({ in_voicemail: true, call_successful: false });
});

test("a rule of null holds the call until it is ended by hand", async () => {
  const ringing = await dialWith({ ringMs: null });
  const talking = await dialWith({ talkMs: null });
  const done = await dialWith({ analyzeMs: null });
  await until("the third is over", () => bench.sim.call(done.call_id)?.call_status === "ended");
  await until("the second goes on", () => bench.sim.call(talking.call_id)?.call_status === "ongoing");
  expect(bench.sim.call(ringing.call_id)?.call_status).toBe("registered");
  expect(bench.sim.figures().currentConcurrency).toBe(2);

  bench.sim.end(talking.call_id);
  bench.sim.end(ringing.call_id, "dial_busy");
  expect(bench.sim.call(talking.call_id)).toMatchObject({ call_status: "ended", disconnection_reason: "user_hangup" });
  expect(bench.sim.call(ringing.call_id)).toMatchObject({ call_status: "not_connected" });
  expect(bench.sim.figures().currentConcurrency).toBe(0);
  await received(7);
  const analyzed = bench.inbox.letters.filter(({ event }) => event === "call_analyzed").map(({ call }) => call.call_id);
  expect(new Set(analyzed)).toEqual(new Set([talking.call_id, ringing.call_id]));
});

test("ending a ringing call as a conversation answers it first", async () => {
  const { call_id } = await dialWith({ ringMs: null });
  bench.sim.end(call_id);
  await received(3);
  expect(new Set(bench.inbox.events())).toEqual(new Set(["call_started", "call_ended", "call_analyzed"]));
  expect(bench.sim.call(call_id)?.call_status).toBe("ended");
});

test("end throws on a call that is over or was never there", async () => {
  const { call_id } = await dialWith({ talkMs: null });
  bench.sim.end(call_id);
  expect(() => bench.sim.end(call_id)).toThrow("No live call");
  expect(() => bench.sim.end("call_x")).toThrow("No live call");
});

test("timeScale shortens every step", async () => {
  await bench.close();
  bench = await setUpBench({ timeScale: 0.0001, times: { ringMs: 30_000, talkMs: 60_000, analyzeMs: 20_000 } });
  const { call_id } = await bench.dial();
  await received(3);
  expect(bench.sim.call(call_id)?.duration_ms).toBeLessThan(60_000);
});

test("metadata of calls that never connected can get lost, in every view", async () => {
  bench.sim.account({ dropMetadataOnNotConnected: true });
  const { call_id } = await dialWith({ reason: "dial_busy" });
  await received(2);
  expect(bench.inbox.about("call_ended").call).not.toHaveProperty("metadata");
  expect(await bench.retell.call.retrieve(call_id)).not.toHaveProperty("metadata");
  const byMetadata = { metadata: [{ key: "call_id", type: "string" as const, op: "eq" as const, value: "a1" }] };
  expect((await bench.retell.call.list({ filter_criteria: byMetadata })).items).toEqual([]);
  expect(bench.sim.state().dialsPerCall).toEqual({ a1: 1 });
});

test("a call that the service forgets is unknown, silent and holds no line", async () => {
  const { call_id } = await dialWith({ ringMs: null });
  bench.sim.forget(call_id);
  await expect(bench.retell.call.retrieve(call_id)).rejects.toMatchObject({ status: 422 });
  expect((await bench.retell.call.list({})).items).toEqual([]);
  expect(bench.sim.figures()).toMatchObject({ currentConcurrency: 0, dials: 1 });
  expect(() => bench.sim.forget(call_id)).toThrow("No call");
  await dialWith({});
  await received(3);
  expect(bench.inbox.letters.filter(({ call }) => call.call_id === call_id)).toEqual([]);
});
