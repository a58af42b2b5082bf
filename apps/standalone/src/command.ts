import { fileURLToPath } from "node:url";
import { createLogger, onShutdown, type ShutdownStep } from "@ringfence/runtime";
import type { Report } from "./boot/boot.ts";
import { createLifetimes, type Lifetimes } from "./boot/lifetimes.ts";

/** The clone of this file, three folders above it from src/ and from dist/ alike. */
export const CLONE = fileURLToPath(new URL("../../..", import.meta.url));
const NAME_WIDTH = 12;

/** Writes a line, or several. */
export type Say = (text: string) => void;

/** Prepares a command that runs until a signal, which ends everything started through `Lifetimes`, and then runs `last`. `settle` leaves the picture in place. */
export function prepareCommand(say: Say, last: ShutdownStep[] = [], settle = (): void => undefined): Lifetimes {
  const lifetimes = createLifetimes((error) => say(`Not ended cleanly: ${error}`));
  const end = () => {
    // First, so that nothing is drawn below it.
    const ended = lifetimes.close();
    settle();
    say("Ending ...");
    return ended;
  };
  onShutdown(createLogger("standalone", "warn"), [{ name: "all that was started", run: end }, ...last]);
  // The reader of our output is gone (`npm run demo | head`), so end as after a signal.
  process.stdout.on("error", () => process.kill(process.pid, "SIGTERM"));
  return lifetimes;
}

/** Writes a step of the boot as a line, its time in seconds first. */
export const reportTo =
  (say: Say): Report =>
  (name, what, ms) =>
    say(`${(ms / 1000).toFixed(1).padStart(6)} s  ${name.padEnd(NAME_WIDTH)}${what}`);
