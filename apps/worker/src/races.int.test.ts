import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { createClaimer, createSweep, runCall } from "@ringfence/campaigns";
import { TEST_DIAL_TIMEOUT_MS } from "@ringfence/campaigns/testing";
import { NOT_PLACED, type Receipt } from "@ringfence/domain";
import { listenForEndings } from "@ringfence/queue";
import { createDialer } from "@ringfence/retell";
import { brokenBooks } from "@ringfence/testkit";
import { byTest, createWorld, undialed, type World } from "./testing/world.ts";

const ROWS = 10;
/** Trials in parallel, which race for the same lines. */
const AT_ONCE = 6;
const ROUNDS = 4;

let world: World;
/** The runs of three processes, each with a claimer of its own. */
let runs: ReturnType<typeof runCall>[];
let sweep: (signal: AbortSignal) => Promise<void>;
const worker = new AbortController();
setMaxListeners(0, worker.signal);

beforeAll(async () => {
  world = await createWorld({
    concurrencyLimit: 100,
    outcomes: { default: { reason: "user_hangup", ringMs: 1, talkMs: 6 } },
  });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const onError = (error: Error) => world.errors.push(error);
  const claimers = [1, 2, 3].map(() => createClaimer({ ...world, count: () => undefined }));
  const endings = listenForEndings({
    url: world.redisUrl,
    prefix: world.prefix,
    lookEveryMs: 200,
    ended: world.db.calls.ended,
    onChange: (change) => {
      for (const claimer of claimers) claimer.note(change);
    },
    onError,
  });
  const dialer = createDialer({ ...world.access, timeoutMs: TEST_DIAL_TIMEOUT_MS, publicUrl: world.publicUrl });
  runs = claimers.map((claimer) => runCall({ ...world, log, count: () => undefined, claimer, endings, dialer }));
  const parts = createSweep({ ...world, log, count: () => undefined });
  sweep = async (signal) => {
    for (const part of Object.values(parts)) await part(signal);
  };
  // Retell's 429s slow the pace for seconds; here the next dial is pulled back to now, so that releases stay frequent.
  const hurry = setInterval(() => void world.resume().catch(() => undefined), 25);
  world.onClose(async () => {
    clearInterval(hurry);
    await endings.close();
    await dialer.close();
  });
});
afterAll(() => world.close());

/** Mulberry32: the same seed gives the same plan. */
function random(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Runs a row's job until it is done, as the queue would. */
async function work(callId: string, batchId: string) {
  const run = runs[Number.parseInt(callId.slice(0, 4), 16) % runs.length]!;
  for (;;) {
    const result = await run({ callId, batchId }, { signal: worker.signal });
    if (result.kind !== "back") return;
    await sleep(20);
  }
}

/** Locks the row of lines for `forMs`, as a slow or frozen process would. */
async function holdLines(forMs: number) {
  const client = await world.connect();
  await client.query("BEGIN; SELECT 1 FROM lines FOR UPDATE");
  await sleep(forMs);
  await client.query("COMMIT");
  client.release();
}

async function trial(seed: number) {
  const pick = random(seed);
  const campaignId = await world.campaign(2 * ROWS);
  const batches = [await world.launch(campaignId, { ...undialed, limit: ROWS })];
  const receipts: { receipt: Receipt; at: number }[] = [];
  const stopAfter = async (ms: number, stop: () => Promise<Receipt>) => {
    await sleep(ms);
    const receipt = await stop();
    receipts.push({ receipt, at: Date.now() });
  };
  const working: Promise<void>[] = [];
  const startWork = async (batchId: string) => {
    const rows = await world.sql<{ id: string }>("SELECT id FROM retell_calls WHERE batch_id = $1", [batchId]);
    for (const { id } of rows) {
      working.push(work(id, batchId));
      if (pick(3) === 0) working.push(work(id, batchId));
    }
  };

  // Some dials are refused with 429, and their rows released.
  if (pick(3) === 0)
    world.simulator.fault({ match: "POST /v2/create-phone-call", mode: "status", status: 429, times: 1 + pick(4) });

  const actors: Promise<unknown>[] = [startWork(batches[0]!.id)];
  actors.push(stopAfter(pick(300), () => world.cancel(batches[0]!.id, byTest)));
  if (pick(2)) actors.push(stopAfter(pick(300), () => world.cancel(batches[0]!.id, byTest)));
  if (pick(2)) actors.push(stopAfter(pick(300), () => world.stop(campaignId, byTest)));
  if (pick(4) === 0) actors.push(sleep(pick(200)).then(() => sweep(worker.signal)));
  if (pick(3) === 0) actors.push(sleep(pick(200)).then(() => holdLines(pick(80))));
  if (pick(2)) {
    actors.push(
      sleep(pick(200)).then(async () => {
        const batch = await world.launch(campaignId, undialed).catch(() => null);
        if (!batch) return;
        batches.push(batch);
        await startWork(batch.id);
      }),
    );
  }
  await Promise.all(actors);
  await world.stop(campaignId, byTest).then((receipt) => receipts.push({ receipt, at: Date.now() }));
  await Promise.all(working);

  const rows = await world.sql<{
    id: string;
    batch_id: string;
    candidate_id: string;
    call_status: string;
    placed: string;
    cancelled_at: Date | null;
    error_message: string | null;
  }>("SELECT * FROM retell_calls WHERE campaign_id = $1", [campaignId]);
  expect(rows.filter((row) => row.call_status === "pending" || row.call_status === "in_progress")).toEqual([]);
  const { creates, dialsPerCall } = world.simulator.state();
  for (const row of rows) {
    const dials = dialsPerCall[row.id] ?? 0;
    expect(dials).toBeLessThanOrEqual(1);
    expect(row.placed).toBe(dials ? "yes" : "no");
    // A call released so late that no stop waited for it does not count as cancelled.
    if (row.error_message !== NOT_PLACED) expect(row.cancelled_at === null).toBe(dials === 1);
  }
  const reached = rows.filter((row) => row.placed === "yes").map((row) => row.candidate_id);
  expect(new Set(reached).size).toBe(reached.length);
  for (const { receipt, at } of receipts) {
    const of = new Set(rows.filter((row) => receipt.cancelled_batches.includes(row.batch_id)).map((row) => row.id));
    expect(creates.filter((create) => of.has(create.call_id ?? "") && create.at > at)).toEqual([]);
    expect(receipt.pending_calls).toBe(0);
    expect(receipt.cancelled_calls).toBe(rows.filter((row) => of.has(row.id) && row.cancelled_at).length);
  }
}

test.each([1, 2, 3, 4])(
  "stops race launches, claims, releases, settles and each other (part %i)",
  async (part) => {
    for (let round = 0; round < ROUNDS; round++) {
      const seeds = Array.from({ length: AT_ONCE }, (_, n) => part * 10_000 + round * AT_ONCE + n);
      await Promise.all(
        seeds.map((seed) =>
          trial(seed).catch((error: Error) => {
            throw new Error(`seed ${seed}: ${error.message}`, { cause: error });
          }),
        ),
      );
      expect(await brokenBooks(world)).toEqual([]);
    }
    const { peakConcurrency, refusedPerCall } = world.simulator.state();
    expect(Object.keys(refusedPerCall).length).toBeGreaterThan(0);
    expect(world.dials()).toBeGreaterThan(10);
    expect(peakConcurrency).toBeLessThanOrEqual(5);
  },
  120_000,
);
