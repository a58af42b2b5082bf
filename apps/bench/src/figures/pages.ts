import { until } from "@ringfence/testkit/until";
import { type Benchmark, type Figure, pause, quantile } from "../figure.ts";
import { type Fleet, openFleet } from "../world/fleet.ts";
import { ended, inProgress } from "./webhooks.ts";

const CANDIDATES = 800_000;
const ASKED = 20;
const READERS = 12;
/** Calls in progress whose webhooks come while the readers read, and how many come at a time. */
const LIVE = 1_000;
const WEBHOOKS_AT_ONCE = 5;
const PATIENCE_MS = 600_000;

/** How long lists and figures take beside two campaigns of 800,000, and webhooks and readiness while twelve readers loop over them. */
export const pages: Benchmark = {
  name: "pages",
  about: "answers of lists and figures beside two campaigns of 800,000, and webhooks while twelve readers read",
  run: async (services, note) => {
    const fleet = await openFleet(services, { lines: 10_000, workers: 0, pace: 1, calls: { ringMs: 0, talkMs: null } });
    try {
      const live = await inProgress(fleet, LIVE);
      const [campaign = "", other = ""] = [await fleet.campaign(CANDIDATES), await fleet.campaign(CANDIDATES)];
      const batch = await fleet.launch(campaign);
      await fleet.launch(other);
      await until(
        "all jobs are on the queue",
        async () => {
          await pause(500);
          return (await fleet.waitingJobs()) >= 2 * CANDIDATES;
        },
        PATIENCE_MS,
      );
      const paths = [
        "/v1/campaigns",
        `/v1/campaigns/${campaign}`,
        `/v1/batches?campaign_id=${campaign}`,
        `/v1/campaigns/${campaign}/candidates`,
        `/v1/batches/${batch}`,
        `/v1/batches/${batch}/calls`,
        "/v1/lines",
      ];
      const figures: Figure[] = [];
      for (const path of paths) {
        const times: number[] = [];
        for (let asked = 0; asked < ASKED; asked++) times.push(await timeOf(() => fleet.request("GET", path)));
        const p95 = quantile(times, 0.95);
        const name = path.replace(campaign, "{id}").replace(batch, "{id}");
        note(`${name}: p95 ${p95.toFixed(0)} ms`);
        figures.push({
          what: `pages: GET ${name}, p95`,
          unit: "ms",
          value: p95,
          ...(path === "/v1/campaigns" && { bar: "<= 100" }),
        });
      }
      figures.push(...(await besideReaders(fleet, paths, live, note)));
      return figures;
    } finally {
      await fleet.close();
    }
  },
};

/** Webhooks, a few at a time, and readiness, while readers ask for all of these pages without a pause. */
async function besideReaders(
  fleet: Fleet,
  paths: readonly string[],
  calls: readonly string[],
  note: (line: string) => void,
): Promise<Figure[]> {
  let over = false;
  let read = 0;
  const readers = Array.from({ length: READERS }, async (_, nth) => {
    for (let at = nth; !over; at++, read++) await fleet.request("GET", paths[at % paths.length]!);
  });
  let ready = 0;
  let notReady = 0;
  const watcher = (async () => {
    while (!over) {
      const { status } = await fetch(`${fleet.apiUrl}/readyz`);
      if (status === 200) ready++;
      else notReady++;
    }
  })();
  const times: number[] = [];
  const left = [...calls];
  const from = performance.now();
  await Promise.all(
    Array.from({ length: WEBHOOKS_AT_ONCE }, async () => {
      for (let id = left.pop(); id !== undefined; id = left.pop()) {
        const call = id;
        times.push(await timeOf(() => ended(fleet.apiUrl, call)));
      }
    }),
  );
  const seconds = (performance.now() - from) / 1_000;
  over = true;
  await Promise.all([...readers, watcher]);
  const p95 = quantile(times, 0.95);
  note(
    `beside ${READERS} readers (${(read / seconds).toFixed(0)} pages/s): webhooks p95 ${p95.toFixed(0)} ms, /readyz ${ready} times 200, ${notReady} times not`,
  );
  return [
    { what: `pages: a webhook beside ${READERS} readers, p95`, unit: "ms", value: p95, bar: "<= 300" },
    { what: `pages: /readyz beside ${READERS} readers, not 200`, unit: "answers", value: notReady, bar: "<= 0" },
  ];
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}
