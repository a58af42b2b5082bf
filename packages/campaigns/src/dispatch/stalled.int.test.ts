import { backToQueue, done, type Processor } from "@ringfence/domain";
import { type Room, startCallWorker } from "@ringfence/queue";
import { until } from "@ringfence/testkit";
import { enqueueBatch } from "../launches/launch-calls.ts";
import { useBed } from "../testing/use-bed.ts";

const bed = useBed();

const LOCK_MS = 1_000;
/** A worker of the queue without any calls logic. `ended` resolves when the worker is asked to end. */
function work(
  concurrency: number,
  run: (callId: string, ended: Promise<void>) => ReturnType<Processor<"call.run">>,
  onFailedRun: (error: Error) => void = () => undefined,
  room?: Room,
) {
  const stop = new AbortController();
  const ended = new Promise<void>((resolve) => stop.signal.addEventListener("abort", () => resolve()));
  const worker = startCallWorker({
    url: bed.redisUrl,
    prefix: bed.prefix,
    concurrency,
    lockMs: LOCK_MS,
    queue: bed.queue,
    processors: { "call.run": ({ callId }) => run(callId, ended) },
    signal: stop.signal,
    onError: () => undefined,
    onBack: () => undefined,
    ...(room && { room }),
    onFailedRun,
    onWrongServer: () => undefined,
  });
  return async () => {
    stop.abort();
    await worker.close();
  };
}
async function queued(candidates: number) {
  const { batchId, ids } = await bed.rows(candidates);
  await enqueueBatch(bed.deps)(batchId, 0n, new AbortController().signal);
  return ids;
}
/** As if the process that holds the job had gone. */
const loseLock = async (jobId: string) => {
  const redis = await (await bed.queue.queue.getBackend()).client;
  await redis.del(bed.queue.queue.toKey(`${jobId}:lock`));
};
const hang = (ended: Promise<void>) => ended.then(() => done("ended"));

test("a job that is repeatedly found stalled never fails", async () => {
  const [id] = await queued(1);
  let runs = 0;
  const close = work(10, (_, ended) => {
    runs++;
    return hang(ended);
  });
  for (let stalls = 0; stalls < 4; stalls++) {
    await until(`run ${stalls + 1}`, () => runs === stalls + 1);
    await loseLock(id!);
  }
  await until("it runs again", () => runs === 5);
  const job = await bed.queue.queue.getJob(id!);
  expect(await job!.getState()).toBe("active");
  expect(await bed.queue.queue.getFailedCount()).toBe(0);
  await close();
});

test("a dead worker's call goes ahead of all waiting calls", async () => {
  const ids = await queued(4);
  const dead = work(1, (_, ended) => hang(ended));
  await until("it holds the first", async () => (await bed.queue.queue.getRanges(["active"], 0, -1))[0] === ids[0]);
  await loseLock(ids[0]!);
  await until("it waits for a worker", async () => (await bed.queue.resumed()) === 1);
  const ran: string[] = [];
  const other = work(1, async (callId) => {
    ran.push(callId);
    return done("ended");
  });
  await until("all have run", () => ran.length === 4);
  await other();
  await dead();
  expect(ran).toEqual(ids);
});

test("a returned job keeps its place", async () => {
  const ids = await queued(3);
  const ran: string[] = [];
  const close = work(1, async (id) => {
    ran.push(id);
    return ran.length === 1 ? backToQueue("busy") : done("ended");
  });
  await until("all have run", () => ran.length === 4);
  expect(ran).toEqual([ids[0], ...ids]);
  await close();
});

test("a worker without room takes calls in progress, and no other", async () => {
  const ids = await queued(3);
  const ran: string[] = [];
  const close = work(
    10,
    async (id) => {
      ran.push(id);
      return done("ended");
    },
    undefined,
    { room: () => 0, onRoom: () => undefined },
  );
  await bed.queue.enqueueInProgress([{ id: "3e0a5ab8-2f6f-4b49-9d51-2d52c7f6f7a1", batchId: ids[0]!, turn: 9n }]);
  await until(
    "it was run, and its job is over",
    async () => ran.length === 1 && (await bed.queue.counts()).active === 0,
  );
  expect(ran).toEqual(["3e0a5ab8-2f6f-4b49-9d51-2d52c7f6f7a1"]);
  expect(await bed.queue.counts()).toEqual({ waiting: 3, active: 0 });
  await close();
});

test("a run that throws is reported and retried, later each time, and no other call waits for it", async () => {
  const [broken, ...others] = await queued(3);
  const failures: { message: string; at: number }[] = [];
  const ended: string[] = [];
  const close = work(
    10,
    async (callId) => {
      if (callId === broken) throw new TypeError("a run broke");
      ended.push(callId);
      return done("ended");
    },
    ({ message }) => failures.push({ message, at: performance.now() }),
  );
  await until("the others are carried out", () => ended.length === others.length);
  await until("it was tried three times", () => failures.length === 3);
  expect(new Set(failures.map(({ message }) => message))).toEqual(new Set(["a run broke"]));
  const [first, second, third] = failures.map(({ at }) => at) as [number, number, number];
  expect(third - second).toBeGreaterThan((second - first) * 1.3);
  await close();
});
