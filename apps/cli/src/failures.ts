import { type ProblemCode, RingfenceError, RingfenceUnreachable } from "@ringfence/client";
import { CommanderError } from "commander";
import { isAwayStatus } from "./away.ts";
import { CliError, EXIT } from "./exit-codes.ts";
import { plain } from "./terminal/text.ts";

/** A failure as it is reported: `json` for scripts, `lines` for people. */
export interface Failure {
  exitCode: number;
  lines: string[];
  json: { code: string; detail: string; status?: number; errors?: object[]; exit_code: number };
}

/** Remedies on the command line for problems whose own detail is written for HTTP clients. */
const REMEDIES: { [Code in ProblemCode]?: string } = {
  unauthenticated:
    "The key is wrong, has expired or was deleted. Set RINGFENCE_KEY to a valid one, or name its file with --key-file.",
  forbidden:
    "This key may not do that. Set RINGFENCE_KEY to the key of a higher role, or name its file with --key-file.",
  campaign_paused: "The campaign was stopped. Set it active first: ringfence activate CAMPAIGN",
  campaign_archived: "The campaign is archived. Bring it back first: ringfence unarchive CAMPAIGN",
  campaign_has_calls:
    "A campaign that has calls, or whose launch is under way, cannot be deleted. Archive it instead: ringfence archive CAMPAIGN",
};

/** Turns an error into what the user of the command sees. */
export function failureOf(error: unknown): Failure {
  if (error instanceof RingfenceError) return refusal(error);
  if (error instanceof RingfenceUnreachable) {
    const detail = `${error.message}. Does the API run there? Set RINGFENCE_URL or --url.`;
    return failure(EXIT.unreachable, "unreachable", detail);
  }
  if (error instanceof CliError) return failure(error.exitCode, error.code, error.message);
  // Commander has printed the message already, except with --json.
  if (error instanceof CommanderError) return failure(EXIT.usage, "usage", error.message.replace(/^error: /, ""));
  return failure(EXIT.refused, "failed", error instanceof Error ? error.message : String(error));
}

function refusal({ status, code, detail: said, errors, retryAfterMs, keyIsWrong }: RingfenceError): Failure {
  const key = keyIsWrong || status === 401 || status === 403;
  const detail = (code && REMEDIES[keyIsWrong ? "unauthenticated" : code]) ?? said;
  const exitCode = key ? EXIT.key : isAwayStatus(status) ? EXIT.unreachable : EXIT.refused;
  const wait = retryAfterMs === null || isAwayStatus(status) ? "" : ` (again in ${Math.ceil(retryAfterMs / 1_000)} s)`;
  const told = failure(exitCode, code ?? "no_problem", detail);
  return {
    exitCode,
    lines: [
      plain(`${code ?? status}: ${detail}${wait}`),
      ...errors.map(({ path, message }) => plain(`  ${path}: ${message}`)),
    ],
    json: { ...told.json, status, ...(errors.length > 0 && { errors }) },
  };
}

const failure = (exitCode: number, code: string, detail: string): Failure => ({
  exitCode,
  lines: detail.split("\n").map(plain),
  json: { code, detail, exit_code: exitCode },
});
