import { startSimulator } from "./index.ts";
import { readSettings } from "./settings.ts";
import { createStopHandler } from "./stop-signal.ts";

const SHUTDOWN_DEADLINE_MS = 8_000;

function main(): void {
  const starting = startSimulator(readSettings(process.env));
  starting.then(({ url }) => {
    process.stdout.write(`${JSON.stringify({ msg: "simulator listening", url })}\n`);
  }, fail);

  const stop = () => {
    setTimeout(() => process.exit(1), SHUTDOWN_DEADLINE_MS).unref();
    void starting.then((simulator) => simulator.close()).then(() => process.exit(0));
  };
  const onSignal = createStopHandler({ stop, force: () => process.exit(1) });
  process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
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
