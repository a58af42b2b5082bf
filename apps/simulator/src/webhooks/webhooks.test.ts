import { sign as sdkSign } from "retell-sdk";
import type { WebhookFaults } from "../index.ts";
import { type Bench, setUpBench } from "../testing/bench.ts";
import { openInbox } from "../testing/inbox.ts";
import { until } from "../testing/until.ts";
import { sign } from "./signature.ts";

let bench: Bench;

beforeEach(async () => {
  bench = await setUpBench({ timeScale: 0.001, times: { ringMs: 0, talkMs: 0, analyzeMs: 0 } });
});
afterEach(() => bench.close());

const attempts = () => bench.sim.state().webhooks;
const settled = (count: number) => until(`${count} attempts are over`, () => attempts().length >= count);
/** Dials with these faults, waits for so many attempts and shows them by event: `[attempt, status]`. */
async function withFaults(faults: WebhookFaults, count: number) {
  bench.sim.webhooks(faults);
  await bench.dial({ metadata: { call_id: "a1" } });
  await settled(count);
  const of = (event: string) =>
    attempts()
      .filter((entry) => entry.event === event)
      .map((e) => [e.attempt, e.status]);
  return { started: of("call_started"), ended: of("call_ended"), analyzed: of("call_analyzed") };
}

test("signs as the SDK does, whatever the body", async () => {
  const body = '{"event":"call_ended","call":{"to_number":"+1","name":"Zoë 🙂"}}';
  const theirs = await sdkSign(body, "key_1");
  const at = Number(/^v=(\d+),/.exec(theirs)?.[1]);
  expect(sign(body, "key_1", at)).toBe(theirs);
});

describe("delivery", () => {
  test("a refused webhook comes again, three times at most, signed anew", async () => {
    bench.inbox.answerNext(...Array<number>(12).fill(503));
    const { started, ended, analyzed } = await withFaults({}, 12);
    const all = [1, 2, 3, 4].map((attempt) => [attempt, 503]);
    expect([started, ended, analyzed]).toEqual([all, all, all]);
    expect(bench.inbox.letters.every(({ genuine }) => genuine)).toBe(true);
    const ends = bench.inbox.letters.filter(({ event }) => event === "call_ended");
    expect(new Set(ends.map(({ signature }) => signature)).size).toBeGreaterThan(1);
    expect(new Set(ends.map(({ call }) => JSON.stringify(call))).size).toBe(1);
  });

  test("any 2xx is success, a redirect is not", async () => {
    bench.inbox.answerNext(302, 200, 299);
    await withFaults({}, 4);
    expect(new Set(attempts().map(({ status }) => status))).toEqual(new Set([302, 200, 299, 204]));
    expect(attempts().filter(({ attempt }) => attempt === 2)).toHaveLength(1);
  });

  test("an address that is not reached, or is none, is tried four times", async () => {
    const gone = await openInbox("k");
    await gone.close();
    for (const url of [gone.url, "not an address"]) {
      bench.sim.reset();
      bench.sim.account({ webhookUrl: url });
      const { ended } = await withFaults({ events: [] }, 12);
      expect(ended).toEqual([1, 2, 3, 4].map((attempt) => [attempt, null]));
    }
  });

  test("the call's own address, events and patience go before the workspace's", async () => {
    const own = await openInbox(bench.sim.webhookKey);
    own.answerNext(null);
    const agent = { webhook_url: own.url, webhook_events: ["call_ended" as const], webhook_timeout_ms: 500 };
    await bench.dial({ agent_override: { agent } });
    await settled(2);
    expect(attempts().map(({ event, attempt, status }) => [event, attempt, status])).toEqual([
      ["call_ended", 1, null],
      ["call_ended", 2, 204],
    ]);
    expect(own.letters.map(({ genuine }) => genuine)).toEqual([true, true]);
    expect(bench.inbox.letters).toEqual([]);
    await own.close();
  });

  test("without an address nothing is sent", async () => {
    bench.sim.account({ webhookUrl: null });
    const { call_id } = await bench.dial();
    await until("it is analysed", () => bench.sim.call(call_id)?.call_analysis);
    expect(attempts()).toEqual([]);
  });

  test("a key of its own signs webhooks", async () => {
    await bench.close();
    bench = await setUpBench({ apiKey: "key_a", webhookKey: "key_b", timeScale: 0 });
    await bench.dial();
    await settled(3);
    expect(bench.inbox.letters.every(({ genuine }) => genuine)).toBe(true);
  });
});

describe("reset and close", () => {
  test("after a reset nothing of before is sent, noted or tried again", async () => {
    bench.sim.webhooks({ reorder: true, events: ["call_started"] });
    bench.inbox.answerNext(null);
    const before = await bench.dial({ metadata: { sim: { analyzeMs: null } } });
    await until("call_ended is under way", () => bench.inbox.letters.length === 1);
    bench.sim.reset();
    const after = await bench.dial();
    await settled(3);
    expect(attempts().map(({ retell_call_id }) => retell_call_id)).toEqual(Array(3).fill(after.call_id));
    expect(bench.inbox.letters.filter(({ call }) => call.call_id === before.call_id)).toHaveLength(1);
  });

  test("after close nothing is sent, not even of a call ended by hand", async () => {
    const { call_id } = await bench.dial({ metadata: { sim: { ringMs: null } } });
    await bench.sim.close();
    bench.sim.end(call_id);
    await fetch(bench.inbox.url, { method: "POST", body: '{"event":"witness"}' });
    expect(bench.inbox.events()).toEqual(["witness"]);
  });

  test("close lets go of the receiver", async () => {
    await bench.dial();
    await settled(3);
    expect(bench.inbox.connections()).toBeGreaterThan(0);
    await bench.sim.close();
    await until("no connection is left", () => bench.inbox.connections() === 0);
  });
});

describe("faults", () => {
  test("lose: noted as attempt 0, never sent", async () => {
    expect(await withFaults({ lose: true, events: ["call_ended"] }, 3)).toMatchObject({ ended: [[0, null]] });
    expect(new Set(bench.inbox.events())).toEqual(new Set(["call_started", "call_analyzed"]));
  });

  test("dup: everything comes twice", async () => {
    await withFaults({ dup: 1 }, 6);
    const copies = (event: string) => bench.inbox.events().filter((other) => other === event).length;
    expect(["call_started", "call_ended", "call_analyzed"].map(copies)).toEqual([2, 2, 2]);
  });

  test("badSig: Retell's own check refuses every attempt", async () => {
    const { ended } = await withFaults({ badSig: true, events: ["call_ended"] }, 6);
    expect(ended).toEqual([1, 2, 3, 4].map((attempt) => [attempt, 401]));
    expect(bench.inbox.letters.every(({ event, genuine }) => genuine === (event !== "call_ended"))).toBe(true);
  });

  test("reorder: an event comes after the one that followed it", async () => {
    await withFaults({ reorder: true, events: ["call_ended"] }, 3);
    const events = bench.inbox.events();
    expect(events.indexOf("call_ended")).toBeGreaterThan(events.indexOf("call_analyzed"));
  });

  test("delayMs: an event comes late", async () => {
    await withFaults({ delayMs: 120, events: ["call_ended"] }, 3);
    const { call, arrivedAt } = bench.inbox.about("call_ended");
    expect(arrivedAt - Number(call.end_timestamp)).toBeGreaterThanOrEqual(118);
  });

  test.each([
    ["call_started", "user_hangup"],
    ["call_ended", "dial_busy"],
  ])("before201: %s is delivered before the create is answered", async (event, reason) => {
    bench.sim.webhooks({ before201: true });
    bench.sim.outcomes({ default: { reason, ringMs: 600_000, talkMs: null, analyzeMs: null } });
    const call = await bench.dial();
    expect(bench.inbox.events()).toEqual([event]);
    expect(bench.inbox.letters[0]?.call.call_id).toBe(call.call_id);
    expect(call.call_status).toBe("registered");
  });

  test("a share of the events, decided by the seed", async () => {
    bench.sim.webhooks({ lose: 0.5 });
    for (let i = 0; i < 40; i++) await bench.dial();
    await settled(120);
    const lost = attempts().filter(({ attempt }) => attempt === 0).length;
    expect(lost).toBeGreaterThan(30);
    expect(lost).toBeLessThan(90);
  });

  test("one call may have faults of its own, and {} ends the general ones", async () => {
    bench.sim.webhooks({ lose: true });
    bench.sim.webhooks({});
    await bench.dial({ metadata: { sim: { dup: true } } });
    await bench.dial({ metadata: { sim: { lose: true } } });
    await settled(9);
    expect(attempts().filter(({ attempt }) => attempt === 0)).toHaveLength(3);
    expect(bench.inbox.letters).toHaveLength(6);
  });
});
