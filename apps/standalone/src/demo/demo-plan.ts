import type { BootPlan, Environment } from "../boot/boot.ts";
import { DEMO_OUTCOMES, OUTCOMES_FOR_PEOPLE } from "./demo-outcomes.ts";

const SIMULATOR_KEY = "key_demo";

/**
 * The demo's boot: everything embedded, no data kept, and an environment built from scratch, so that no address and no key
 * of the shell can reach it: it can dial nobody. `once` means unattended, so nothing takes longer than it has to.
 */
export function planDemo(
  { PATH, HOME }: Environment,
  { clone, logs, key, once }: { clone: string; logs: string; key: string; once: boolean },
): BootPlan {
  return {
    clone,
    logs,
    postgres: { dataDir: null },
    redis: "embedded",
    retell: {
      simulator: {
        PATH,
        HOME,
        SIMULATOR_PORT: "0",
        SIMULATOR_API_KEY: SIMULATOR_KEY,
        SIMULATOR_OUTCOMES: JSON.stringify({ byNumber: once ? DEMO_OUTCOMES : OUTCOMES_FOR_PEOPLE }),
      },
      use: (url) => ({ RETELL_API_KEY: SIMULATOR_KEY, RETELL_BASE_URL: url }),
    },
    environment: {
      PATH,
      HOME,
      ADMIN_API_KEY: key,
      PORT: "0",
      CALL_CONCURRENCY: "5",
      CALLS_PER_SECOND: once ? "0" : "1", // Retell's own default: lines fill as they would
    },
  };
}
