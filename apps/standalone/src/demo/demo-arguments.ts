import { StartError } from "@ringfence/runtime";

const USAGE = `Usage:
  npm run demo             a campaign of 30 made-up candidates, live, until Ctrl-C
  npm run demo -- --once   the same unattended: cancels with five calls live, checks the figures, ends`;

/** Reads the arguments of `npm run demo`: `--once` or none. Throws `StartError` on anything else. */
export function parseDemoArguments(given: string[]): { once: boolean } {
  const unknown = given.filter((argument) => argument !== "--once");
  if (unknown.length > 0) throw new StartError(`Unknown argument: ${unknown.join(" ")}\n${USAGE}`);
  return { once: given.length > 0 };
}
