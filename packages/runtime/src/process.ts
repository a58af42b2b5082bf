import type { Logger } from "pino";

/** A process ends within this time after it was asked to, in ms, whatever hangs; other workers take over its jobs. */
const SHUTDOWN_DEADLINE_MS = 9_500;
/** A second signal within this time, in ms, is taken for a duplicate of the first (npm passes one Ctrl-C on twice). */
const SAME_SIGNAL_MS = 1_000;

/** One step of a process's shutdown; steps run in the given order. */
export interface ShutdownStep {
  name: string;
  run: () => Promise<unknown> | unknown;
}

/**
 * Ends the process cleanly with exit code 0 on SIGTERM, on SIGINT, and when the parent that started it with a channel is
 * gone. The steps run in order, a failed step is logged, and all end within 9.5 s. A second signal that comes more than a
 * second after the first ends the process immediately.
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
  // The parent may have gone before this listener was added.
  if (process.connected === false) void stop("parent gone");
}

/** Runs a process's main function. An error at the start is one message on stderr and exit code 1. */
export async function runMain(main: (environment: Record<string, string | undefined>) => Promise<void>): Promise<void> {
  try {
    await main(process.env);
  } catch (error) {
    const expected = error instanceof Error && (error.name === "SettingsError" || error.name === "StartError");
    process.stderr.write(`${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  }
}

/** Thrown when a process cannot start; the message holds the remedy. */
export class StartError extends Error {
  override readonly name = "StartError";
}
