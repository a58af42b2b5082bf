import { fileURLToPath } from "node:url";
import { createLogger, onShutdown, type ShutdownStep } from "@ringfence/runtime";
import type { Report } from "./boot/boot.ts";
import { createLifetimes, type Lifetimes } from "./boot/lifetimes.ts";
import type { Screen } from "./screen.ts";

/** The clone that this file lies in, three folders above it in src/ and in dist/. */
export const CLONE = fileURLToPath(new URL("../../..", import.meta.url));
const NAME_WIDTH = 12;

/** Prepares a command that runs until a signal, which ends all that was started through `Lifetimes`, and then does `last`. */
export function prepareCommand(screen: Screen, last: ShutdownStep[] = []): Lifetimes {
  const lifetimes = createLifetimes((error) => screen.say(`Not ended cleanly: ${error}`));
  const goodbye = () => {
    screen.settle();
    screen.say("Ending ...");
  };
  onShutdown(createLogger("standalone", "warn"), [
    { name: "goodbye", run: goodbye },
    { name: "all that was started", run: lifetimes.close },
    ...last,
  ]);
  // Whoever read our output has gone (`npm run demo | head`): end as if told to.
  process.stdout.on("error", () => process.kill(process.pid, "SIGTERM"));
  return lifetimes;
}

/** Writes a step of the boot as a line, its time in seconds first. */
export const reportTo =
  (screen: Screen): Report =>
  (name, what, ms) =>
    screen.say(`${(ms / 1000).toFixed(1).padStart(6)} s  ${name.padEnd(NAME_WIDTH)}${what}`);
