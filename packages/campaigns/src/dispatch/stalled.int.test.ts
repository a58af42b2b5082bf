import { done, later, type Processor } from "@ringfence/domain";
import { startCallWorker } from "@ringfence/queue";
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
    onLater: () => undefined,
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
  await bed.queue.setConcurrency(10);
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
  await bed.queue.setConcurrency(1);
  const ids = await queued(4);
  const dead = work(1, (_, ended) => hang(ended));
  await until("it holds the first", async () => (await bed.queue.activeIds())[0] === ids[0]);
  const ran: string[] = [];
  const other = work(1, async (callId) => {
    ran.push(callId);
    return done("ended");
  });
  await loseLock(ids[0]!);
  await until("all have run", () => ran.length === 4);
  expect(ran).toEqual(ids);
  await other();
  await dead();
});

test("a queue held back gives no worker a job until the time is over, and a returned job keeps its place", async () => {
  await bed.queue.setConcurrency(1);
  const ids = await queued(3);
  const ran: { id: string; at: number }[] = [];
  const run = async (id: string) => {
    ran.push({ id, at: performance.now() });
    return ran.length === 1 ? later(4_000, "pace") : done("ended");
  };
  const close = [work(5, run), work(5, run)];
  await until("all have run", () => ran.length === 4);
  expect(ran.map(({ id }) => id)).toEqual([ids[0], ...ids]);
  // The times are by two clocks, Redis's and this process's.
  expect(ran[1]!.at - ran[0]!.at).toBeGreaterThan(3_900);
  for (const end of close) await end();
});

test("a run that throws is reported and retried, later each time, and no other call waits for it", async () => {
  await bed.queue.setConcurrency(10);
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
