import Retell from "retell-sdk";
import type { SimulatorOptions } from "../index.ts";
import { settle } from "../options.ts";
import { type Bench, setUpBench } from "../testing/bench.ts";
import { until } from "../testing/until.ts";
import { createPace, linesFree } from "./limits.ts";

const HELD = { default: { reason: "user_hangup", ringMs: 0, talkMs: null } };

/** Dials so often, over no more connections than a real caller would open. */
async function dialMany<T>(count: number, dial: (i: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let i = 0; i < count; i += 50) {
    made.push(...(await Promise.all(Array.from({ length: 50 }, (_, j) => dial(i + j)))));
  }
  return made;
}

test("lines are free below the limit less those of inbound calls and of others", () => {
  const { account } = settle({ concurrencyLimit: 10, reservedInbound: 2, foreignCalls: 3 });
  expect(linesFree(account, 4)).toBe(true);
  expect(linesFree(account, 5)).toBe(false);
});

describe("the pace", () => {
  let now = 0;
  const pace = createPace(() => now);
  /** How many of ten attempts at this moment may start. */
  const startsAt = (at: number, callsPerSecond: number) => {
    now = at;
    return Array.from({ length: 10 }, () => pace.allows(callsPerSecond) && pace.started()).filter(
      (result) => result !== false,
    ).length;
  };

  beforeEach(() => pace.clear());

  test("lets so many start within any second", () => {
    expect([0, 999, 1_000, 1_500, 2_000].map((at) => startsAt(at, 3))).toEqual([3, 0, 3, 0, 3]);
  });

  test("below one a second, waits longer", () => {
    expect([0, 1_999, 2_000, 3_999].map((at) => startsAt(at, 0.5))).toEqual([1, 0, 1, 0]);
  });

  test("0 means no limit, and what was started counts when there is one again", () => {
    expect([startsAt(0, 0), startsAt(10, 5)]).toEqual([10, 0]);
  });
});

describe("over HTTP", () => {
  let bench: Bench;
  const setUp = async (options: SimulatorOptions) => {
    bench = await setUpBench(options);
    return bench;
  };
  afterEach(() => bench.close());

  test("calls above the lines are 429; a line is free again when its call ends", async () => {
    const { sim, dial } = await setUp({ concurrencyLimit: 2, outcomes: HELD });
    const first = await dial({ metadata: { call_id: "a1" } });
    await dial({ metadata: { call_id: "a2", sim: { ringMs: null } } });
    await expect(dial({ metadata: { call_id: "a3" } })).rejects.toThrow(Retell.RateLimitError);
    await until("somebody answers", () => sim.call(first.call_id)?.call_status === "ongoing");
    sim.end(first.call_id);
    await dial({ metadata: { call_id: "a3" } });
    sim.account({ concurrencyLimit: 10, foreignCalls: 8 });
    await expect(dial({ metadata: { call_id: "a4" } })).rejects.toThrow(Retell.RateLimitError);
    expect(sim.state()).toMatchObject({
      dialsPerCall: { a1: 1, a2: 1, a3: 1 },
      refusedPerCall: { a3: 1, a4: 1 },
      currentConcurrency: 2,
      peakConcurrency: 2,
      maxDialsPerCall: 1,
    });
  });

  test("calls above the pace are 429", async () => {
    const { sim, dial } = await setUp({ callsPerSecond: 0.001 });
    await dial();
    await expect(dial()).rejects.toThrow(Retell.RateLimitError);
    sim.account({ callsPerSecond: 0 });
    await dial();
    expect(sim.figures()).toMatchObject({ createRequests: 3, dials: 2, refused: 1 });
  });

  test("a thousand calls at once hold a thousand lines, and each ends", async () => {
    const { sim, dial } = await setUp({ concurrencyLimit: 1_000, outcomes: HELD, webhookUrl: null });
    const calls = await dialMany(1_000, (i) => dial({ metadata: { call_id: `a${i}` } }));
    expect(sim.figures()).toMatchObject({ dials: 1_000, peakConcurrency: 1_000, maxDialsPerCall: 1 });
    for (const { call_id } of calls) sim.end(call_id);
    expect(sim.figures()).toMatchObject({ currentConcurrency: 0, peakConcurrency: 1_000 });
  });

  test("more webhooks at once than are sent at once all come, each at its first attempt", async () => {
    const { sim, dial, inbox } = await setUp({ concurrencyLimit: 300, outcomes: HELD });
    const calls = await dialMany(300, () => dial({ metadata: { sim: { ringMs: null } } }));
    for (const { call_id } of calls) sim.end(call_id);
    await until("all webhooks came", () => sim.figures().webhookAttempts === 900);
    expect(inbox.letters.filter(({ genuine }) => genuine)).toHaveLength(900);
    expect(new Set(inbox.letters.map(({ event, call }) => event + call.call_id)).size).toBe(900);
  });
});
