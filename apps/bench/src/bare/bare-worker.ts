import { randomUUID } from "node:crypto";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { FROM_PART, TO_PART } from "../figure.ts";

/**
 * The work of a dispatcher with the libraries alone: a BullMQ worker that posts one create-call request a job. Adds the
 * jobs, works them off, and tells its parent how many it did a second.
 */
const [redisUrl, simulatorUrl, jobs, concurrency] = process.argv.slice(2);
const connection = () => new Redis(redisUrl!, { maxRetriesPerRequest: null });
const prefix = `{bare-${randomUUID()}}`;

const queue = new Queue("calls", { connection: connection(), prefix });
const ids = Array.from({ length: Number(jobs) }, (_, n) => ({ callId: randomUUID(), n }));
await queue.addBulk(
  ids.map(({ callId, n }) => ({
    name: "call",
    data: { callId },
    opts: { jobId: callId, priority: n + 1, removeOnComplete: true },
  })),
);

const [first, last] = [FROM_PART * Number(jobs), TO_PART * Number(jobs)];
let done = 0;
let from = 0;
let rate = 0;
const worker = new Worker<{ callId: string }>(
  "calls",
  async ({ data }) => {
    const answer = await fetch(`${simulatorUrl}/v2/create-phone-call`, {
      method: "POST",
      headers: { authorization: "Bearer key_bench", "content-type": "application/json" },
      body: JSON.stringify({
        from_number: "+14157774444",
        to_number: "+14150000000",
        metadata: { call_id: data.callId, batch_id: data.callId, campaign_id: data.callId },
        retell_llm_dynamic_variables: { name: "Candidate" },
      }),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    await answer.arrayBuffer();
  },
  { connection: connection(), prefix, concurrency: Number(concurrency) },
);
worker.on("completed", () => {
  done++;
  if (done === Math.round(first)) from = performance.now();
  if (done === Math.round(last)) rate = ((last - first) * 1_000) / (performance.now() - from);
  if (done < Number(jobs)) return;
  process.send!(rate, undefined, undefined, () => {
    void queue.obliterate({ force: true }).finally(() => process.exit(0));
  });
});
