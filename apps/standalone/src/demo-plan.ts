import type { BootPlan, Environment } from "./boot.ts";
import { DEMO_OUTCOMES } from "./demo-outcomes.ts";

const SIMULATOR_KEY = "key_demo";

/**
 * The demo's boot: everything embedded, nothing kept, and an environment made from scratch, so that no address and no key
 * of the shell can reach it: it can dial nobody.
 */
export function planDemo(
  { PATH, HOME }: Environment,
  { clone, logs, key }: { clone: string; logs: string; key: string },
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
        SIMULATOR_OUTCOMES: JSON.stringify({ byNumber: DEMO_OUTCOMES }),
      },
      use: (url) => ({ RETELL_API_KEY: SIMULATOR_KEY, RETELL_BASE_URL: url }),
    },
    environment: { PATH, HOME, ADMIN_API_KEY: key, PORT: "0", CALL_CONCURRENCY: "5", CALLS_PER_SECOND: "0" },
  };
}
