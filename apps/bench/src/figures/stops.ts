import { until } from "@ringfence/testkit/until";
import { type Benchmark, type Figure, pause } from "../figure.ts";
import { openFleet, type Services } from "../world/fleet.ts";

const PENDING = [1_000, 100_000, 1_000_000];
/** Longest wait for jobs to be on the queue or gone from it, in ms. */
const PATIENCE_MS = 600_000;

/** How soon a stop holds, answers, and leaves no job, by how many calls are pending. */
export const stops: Benchmark = {
  name: "stops",
  about: "a stop's last create-call, its receipt, and its jobs gone, at 1,000, 100,000 and 1,000,000 pending",
  run: async (services, note) => {
    const figures: Figure[] = [];
    for (const pending of PENDING) figures.push(...(await stopOf(services, pending, note)));
    return figures;
  },
};

async function stopOf(services: Services, pending: number, note: (line: string) => void): Promise<Figure[]> {
  const fleet = await openFleet(services, { lines: 50, workers: 1, pace: 0, calls: { ringMs: 0, talkMs: 100 } });
  try {
    const campaign = await fleet.campaign(pending);
    await fleet.request("PUT", "/v1/lines", { calls_per_second: 0.001 });
    const batch = await fleet.launch(campaign);
    await until("all jobs are on the queue", async () => (await fleet.waitingJobs()) >= pending - 10, PATIENCE_MS);
    await fleet.request("PUT", "/v1/lines", { calls_per_second: 0 });
    await pause(2_000);
    const at = Date.now();
    await fleet.request("POST", `/v1/batches/${batch}/cancel`);
    const receiptMs = Date.now() - at;
    const { creates } = await fleet.simulator<{ creates: { at: number }[] }>("GET", "/state");
    const lastMs = Math.max(0, ...creates.map((create) => create.at)) - at;
    await until("no job is left", async () => (await fleet.waitingJobs()) === 0, PATIENCE_MS);
    const goneMs = Date.now() - at;
    note(`${pending} pending: last create ${lastMs} ms, receipt ${receiptMs} ms, jobs gone ${goneMs} ms`);
    const what = `stop: ${pending.toLocaleString("en")} pending, 50 lines of 100 ms`;
    return [
      { what: `${what}, last create-call after the request`, unit: "ms", value: lastMs },
      { what: `${what}, receipt`, unit: "ms", value: receiptMs },
      { what: `${what}, jobs gone`, unit: "ms", value: goneMs },
    ];
  } finally {
    await fleet.close();
  }
}
