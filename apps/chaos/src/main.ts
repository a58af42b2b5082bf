import { randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runMain } from "@ringfence/runtime";
import { now } from "./clock.ts";
import { HELP, parseArguments } from "./plan/arguments.ts";
import { closingSummary } from "./report.ts";
import { runSuite } from "./suite.ts";
import { startGuardian } from "./world/guardian.ts";
import { startServices } from "./world/services.ts";

/** The clone: three folders above this file, in src/ and in dist/. */
const CLONE = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
/** The suite itself is gone this long after it was told to end, in ms, whatever hangs. */
const SHUTDOWN_DEADLINE_MS = 9_500;

const say = (text: string) => void process.stdout.write(`${text}\n`);

/**
 * `npm run chaos`: the product's real processes on real services under kills, freezes, cuts and faults, by plans that a
 * seed decides, and after each trial every promise checked. Exit code 0 only if none was broken.
 */
await runMain(async (environment) => {
  const args = parseArguments(process.argv.slice(2), () => randomBytes(4).toString("hex"));
  if (!args) return say(HELP);

  const told = new AbortController();
  setMaxListeners(0, told.signal);
  const end = () => {
    if (told.signal.aborted) return;
    say("Ending");
    told.abort();
    setTimeout(() => process.exit(1), SHUTDOWN_DEADLINE_MS).unref(); // the guardian ends what is left
  };
  process.on("SIGINT", end).on("SIGTERM", end);

  const trials = args.trial !== null ? `trial ${args.trial}` : `${args.trials} trials`;
  say(
    `Ringfence chaos: ${args.minutes ? `${args.minutes} minutes` : trials}, seed ${args.seed}, times at ${args.scale}`,
  );
  const guardian = startGuardian();
  const services = await startServices(environment, join(CLONE, "apps", "api", "dist", "migrate.js"));
  const from = now();
  let well = false;
  try {
    const { totals, grown, memory } = await runSuite(args, {
      services,
      guardian,
      clone: CLONE,
      say,
      signal: told.signal,
    });
    say(closingSummary(args.seed, totals, now() - from));
    for (const line of memory.lines()) say(`  ${line}`);
    for (const line of grown) say(`GREW: ${line}`);
    well = totals.broken === 0 && grown.length === 0;
  } finally {
    await services.close();
    guardian.close();
  }
  process.exit(well ? 0 : 1);
});
