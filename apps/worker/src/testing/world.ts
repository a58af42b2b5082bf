import { EventEmitter } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type Change,
  cancelBatchCalls,
  changeLines,
  createBackground,
  holdBatch,
  holdCampaign,
  launchCalls,
  resumeBatch,
  resumeCalling,
  resumeCampaign,
  settleCall,
  stopCampaignCalling,
  sweeperLock,
} from "@ringfence/campaigns";
import { openBed, TEST_DIAL_TIMEOUT_MS } from "@ringfence/campaigns/testing";
import { createTimes, RetellEvent } from "@ringfence/domain";
import { listenForEndings, openWebhooksQueue, startCallWorker, startWebhookWorker } from "@ringfence/queue";
import { createReceivers } from "@ringfence/receivers";
import { createDialer, verifyWebhook } from "@ringfence/retell";
import { brokenBooks, until } from "@ringfence/testkit";
import { startWorker, type WorkerParts } from "../worker.ts";

type SimulatorOptions = Parameters<typeof openBed>[0];

/** Settings of a worker in tests that a test may change; times in ms. */
const DEFAULTS = {
  concurrency: 1_000,
  lockMs: 2_000,
  outcomeUnknownAfterMs: 4_500,
  callPollAfterMs: 30_000,
  sweepIntervalMs: 200,
  lookEveryMs: 250,
  webhookTimeoutMs: 1_000,
  timeScale: 1,
};

/** A bed with whole workers in this process, an endpoint for the simulator's webhooks, and the use cases. */
export async function createWorld(
  simulatorOptions: SimulatorOptions = {},
  services: Parameters<typeof openBed>[1] = {},
) {
  const bed = await openBed(simulatorOptions, services);
  const counted: string[] = [];
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const background = createBackground(log);
  const count = (what: string, label: string) => counted.push(`${what}:${label}`);
  const deps = { ...bed, log, count, background };
  const settle = settleCall(deps);

  const door = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", async () => {
      const body = Buffer.concat(chunks).toString();
      if (!req.complete || !body) return res.writeHead(400).end();
      const genuine = await verifyWebhook(body, bed.simulator.webhookKey, String(req.headers["x-retell-signature"]));
      const event = RetellEvent.parse(JSON.parse(body));
      if (genuine) await settle(event.call, event.event).catch(() => undefined);
      res.writeHead(genuine ? 204 : 401).end();
    });
  });
  await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
  const publicUrl = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;

  const worker = (overrides: Partial<typeof DEFAULTS> = {}, parts: Partial<WorkerParts> = {}) => {
    const settings = { ...DEFAULTS, ...overrides };
    const times = createTimes({ ...settings, dialTimeoutMs: TEST_DIAL_TIMEOUT_MS });
    const onError = (error: Error) => bed.errors.push(error);
    const redis = { url: bed.redisUrl, prefix: bed.prefix, onError };
    const dialer = createDialer({ ...bed.access, timeoutMs: TEST_DIAL_TIMEOUT_MS, publicUrl });
    const changes = new EventEmitter<{ change: [Change] }>();
    const endings = listenForEndings({
      ...redis,
      lookEveryMs: settings.lookEveryMs,
      ended: bed.db.calls.ended,
      onChange: (change) => changes.emit("change", change),
    });
    const webhooks = openWebhooksQueue(redis);
    const receivers = createReceivers({ allowPrivate: true, timeoutMs: settings.webhookTimeoutMs });
    const started = startWorker({
      ...deps,
      activity: { runsHeld: 0, lastClaimAt: null },
      receivers,
      webhooks,
      startWebhooks: (processors, signal) =>
        startWebhookWorker({ ...redis, concurrency: 50, lockMs: settings.lockMs, processors, signal }),
      dialer,
      endings,
      sweeperLock: sweeperLock(bed.databaseUrl, onError),
      onChange: (listener) => void changes.on("change", listener),
      startCalls: (processors, room, signal) =>
        startCallWorker({
          ...redis,
          room,
          concurrency: settings.concurrency,
          lockMs: settings.lockMs,
          queue: bed.queue,
          processors,
          signal,
          onBack: () => undefined,
          onFailedRun: () => undefined,
          onWrongServer: endings.reconnect,
        }),
      times,
      ...parts,
    });
    let closed: Promise<void> | undefined;
    const close = () => {
      closed ??= started.close().then(async () => {
        await endings.close();
        await receivers.close();
        await webhooks.close();
        await dialer.close();
      });
      return closed;
    };
    bed.onClose(close);
    return { close };
  };

  bed.onClose(async () => {
    door.closeAllConnections();
    await new Promise((resolve) => door.close(resolve));
    await background.close();
  });

  return {
    ...bed,
    counted,
    settle,
    publicUrl,
    background,
    worker,
    launch: launchCalls(deps),
    holdBatch: holdBatch(deps),
    holdCampaign: holdCampaign(deps),
    resumeBatch: resumeBatch(deps),
    resumeCampaign: resumeCampaign(deps),
    cancel: cancelBatchCalls(deps),
    stop: stopCampaignCalling(deps),
    changeLines: changeLines(deps),
    resume: resumeCalling(deps),
    batch: async (id: string) => (await bed.db.lists.batch(id))!,
    /** Waits until this many calls are live at the simulator. */
    live: (calls: number) => until(`${calls} calls are live`, () => bed.simulator.state().currentConcurrency === calls),
    /** Waits until every call of the batch has ended. */
    ended: (id: string) =>
      until(`batch ${id} has ended`, async () => {
        const batch = await bed.db.lists.batch(id);
        return batch?.completed_at ? batch : null;
      }),
    /** Accepted dials so far. */
    dials: () => Object.values(bed.simulator.state().dialsPerCall).reduce((sum, dials) => sum + dials, 0),
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;

/**
 * A world for each test of a file, whose calls ring and talk for this long, in ms (`talkMs: null`: until the test ends
 * them). After each test nobody may have been dialled twice, and the books must be exact. What it returns is the world of
 * the test that runs.
 */
export function useWorld(calls: { ringMs?: number; talkMs: number | null }): World {
  const world = {} as World;
  beforeEach(async () => {
    const outcome = { reason: "user_hangup", ringMs: 5, ...calls } as const;
    Object.assign(world, await createWorld({ concurrencyLimit: 100, outcomes: { default: outcome } }));
  });
  afterEach(async () => {
    const dialledTwice = world.simulator.state().maxDialsPerCall > 1;
    const broken = await brokenBooks(world);
    await world.close();
    expect({ dialledTwice, broken }).toEqual({ dialledTwice: false, broken: [] });
  });
  return world;
}

/** The options of a stop in tests. */
export const byTest = { mode: "drain", by: "test" } as const;
/** The options of a launch in tests. */
export const undialed = { include: "undialed" } as const;
