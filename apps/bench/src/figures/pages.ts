import { type Benchmark, type Figure, quantile } from "../figure.ts";
import { openFleet } from "../world/fleet.ts";

const CANDIDATES = 1_000_000;
const ASKED = 20;

/** How long lists and figures take with a million candidates. */
export const pages: Benchmark = {
  name: "pages",
  about: "answers of lists and figures at a million candidates",
  run: async (services, note) => {
    const fleet = await openFleet(services, { lines: 5, workers: 0, pace: 1, calls: { ringMs: 0, talkMs: null } });
    try {
      const campaign = await fleet.campaign(CANDIDATES);
      const batch = await fleet.launch(campaign);
      await fleet.sql("ANALYZE");
      const paths = [
        "/v1/campaigns",
        `/v1/campaigns/${campaign}`,
        `/v1/campaigns/${campaign}/batches`,
        `/v1/campaigns/${campaign}/candidates`,
        `/v1/batches/${batch}`,
        `/v1/batches/${batch}/calls`,
        "/v1/lines",
      ];
      const figures: Figure[] = [];
      for (const path of paths) {
        const times: number[] = [];
        for (let asked = 0; asked < ASKED; asked++) {
          const from = performance.now();
          await fleet.request("GET", path);
          times.push(performance.now() - from);
        }
        const name = path.replace(campaign, "{id}").replace(batch, "{id}");
        figures.push({
          what: `pages: GET ${name}, 1,000,000 candidates, p95`,
          unit: "ms",
          value: quantile(times, 0.95),
        });
        note(`${name}: p95 ${quantile(times, 0.95).toFixed(0)} ms`);
      }
      return figures;
    } finally {
      await fleet.close();
    }
  },
};
