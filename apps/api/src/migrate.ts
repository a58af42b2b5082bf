import { fileURLToPath } from "node:url";
import { migrate } from "@ringfence/campaigns/migrate";
import { createLogger, parseSettings, runMain } from "@ringfence/runtime";

/** `npm run migrate`. The migrations lie three folders above this file, from src/ and from dist/ alike. */
const PRISMA_DIR = fileURLToPath(new URL("../../../prisma", import.meta.url));

await runMain(async (environment) => {
  const { DATABASE_URL } = parseSettings("migrate", environment);
  const applied = await migrate(DATABASE_URL, PRISMA_DIR);
  createLogger("migrate", "info").info({ applied }, applied.length > 0 ? "migrated" : "nothing to migrate");
  // The schema engine leaves a timer of 10 s behind, so the process has to exit by itself.
  process.exit(0);
});
