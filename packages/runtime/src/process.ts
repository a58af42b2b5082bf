import type { Logger } from "pino";

/** A process is gone this long after it was told to end, in ms, whatever hangs; what it held comes back by itself. */
const SHUTDOWN_DEADLINE_MS = 9_500;
/** A second signal within this time, in ms, is the first one come twice (one Ctrl-C through npm). */
const SAME_SIGNAL_MS = 1_000;

/** One step of the end of a process, done in the order given. */
export interface ShutdownStep {
  name: string;
  run: () => Promise<unknown> | unknown;
}

/**
 * Ends the process cleanly, exit 0, on SIGTERM, on SIGINT, and when the parent that started it with a channel is gone:
 * the steps in order, each logged if it fails, all within 9.5 s. A second signal after a second ends it at once.
 */
export function onShutdown(log: Logger, steps: ShutdownStep[]): void {
  let toldAt: number | null = null;
  const stop = async (why: string) => {
    if (toldAt !== null) {
      if (performance.now() - toldAt > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    toldAt = performance.now();
    log.info({ why }, "ending");
    setTimeout(() => {
      log.warn("ended before every step was done; what was held comes back by itself");
      process.exit(0);
    }, SHUTDOWN_DEADLINE_MS).unref();
    for (const { name, run } of steps) {
      try {
        await run();
      } catch (error) {
        log.warn({ err: error, step: name }, "a step of the end failed");
      }
    }
    log.info("ended");
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("SIGINT"));
  process.on("disconnect", () => void stop("parent gone"));
  // It may have gone before anybody listened.
  if (process.connected === false) void stop("parent gone");
}

/** Runs a process's main function; a fault at the start is one message on stderr and exit 1. */
export async function runMain(main: (environment: Record<string, string | undefined>) => Promise<void>): Promise<void> {
  try {
    await main(process.env);
  } catch (error) {
    const expected = error instanceof Error && (error.name === "SettingsError" || error.name === "StartError");
    process.stderr.write(`${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  }
}

/** A start that cannot go on, with the remedy in its message. */
export class StartError extends Error {
  override readonly name = "StartError";
}
