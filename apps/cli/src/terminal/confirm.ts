import { createInterface } from "node:readline/promises";
import { CliError, EXIT, usage } from "../exit-codes.ts";
import type { Io } from "./io.ts";

/**
 * Asks for confirmation on stderr, and returns if the answer is yes. `done` names the action, such as "stopped". Throws
 * CliError if the answer is no (exit code 7), and without a
 * terminal (exit code 2).
 */
export async function confirm(io: Io, question: () => Promise<string>, done = "stopped"): Promise<void> {
  if (!io.canAsk) throw usage(`Not confirmed, and there is no terminal to ask on: add --yes. Nothing was ${done}.`);
  const asked = createInterface({ input: io.stdin, output: io.stderr });
  try {
    const declined = new AbortController();
    // Ctrl-C and Ctrl-D mean no.
    asked.on("close", () => declined.abort());
    const answer = await asked.question(`${await question()} [y/N] `, { signal: declined.signal }).catch(() => "");
    if (!/^y(es)?$/i.test(answer.trim()))
      throw new CliError(EXIT.declined, "declined", `Not confirmed; nothing was ${done}.`);
  } finally {
    asked.close();
  }
}
