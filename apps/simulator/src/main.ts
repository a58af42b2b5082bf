import { startSimulator } from "./index.ts";
import { readSettings } from "./settings.ts";

/** One Ctrl-C through npm arrives twice within milliseconds; only a later signal means "at once". */
const SAME_SIGNAL_MS = 1_000;
const SHUTDOWN_DEADLINE_MS = 8_000;

function main(): void {
  const starting = startSimulator(readSettings(process.env));
  starting.then(({ url }) => {
    process.stdout.write(`${JSON.stringify({ msg: "simulator listening", url })}\n`);
  }, fail);

  let stoppingSince: number | undefined;
  const stop = () => {
    if (stoppingSince !== undefined) {
      if (performance.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    stoppingSince = performance.now();
    setTimeout(() => process.exit(1), SHUTDOWN_DEADLINE_MS).unref();
    void starting.then((simulator) => simulator.close()).then(() => process.exit(0));
  };
  process.on("SIGTERM", stop).on("SIGINT", stop);
  process.on("disconnect", stop); // the parent that started this process is gone
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

try {
  main();
} catch (error) {
  fail(error);
}
