import { fileURLToPath } from "node:url";
import { runSuite } from "./suite.ts";
import { startGuardian } from "./world/guardian.ts";
import { useServices } from "./world/services.ts";

const CLONE = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
/** A handful of trials, each with other blows; the thousands are run by hand. */
const TRIALS = 4;
const SEED = "every day";
const TIMEOUT_MS = 240_000;

const service = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: this runs in the jest project that starts its services`);
  return value;
};

test(
  "a handful of trials: real processes, killed, frozen and cut off; no promise is broken",
  async () => {
    const guardian = startGuardian();
    const said: string[] = [];
    try {
      const { totals } = await runSuite(
        // At 0.05 a claim is void after 100 ms, and a machine whose cores are all busy may dial nobody in four trials.
        { trials: TRIALS, seed: SEED, worlds: 1, scale: 0.1, minutes: null, trial: null },
        {
          services: useServices({
            postgresUrl: service("RINGFENCE_TEST_POSTGRES"),
            template: service("RINGFENCE_TEST_TEMPLATE"),
          }),
          guardian,
          clone: CLONE,
          say: (text) => void said.push(text),
          signal: new AbortController().signal,
        },
      );
      // What was said tells of a broken trial all that is needed to look into it.
      expect(totals.broken === 0 ? [] : said).toEqual([]);
      expect(totals.trials).toBe(TRIALS);
      expect(totals.dials).toBeGreaterThan(0);
    } finally {
      guardian.close();
    }
  },
  TIMEOUT_MS,
);
