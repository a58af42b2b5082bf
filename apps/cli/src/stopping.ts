import type { Schemas } from "@ringfence/client";
import type { Command } from "commander";
import { calls } from "./terminal/text.ts";

/** What the two stop commands share. */
export interface StopOptions {
  yes?: boolean;
  hangup?: boolean;
}

/** Gives a command the options of a stop. */
export const withStopOptions = (command: Command): Command =>
  command
    .option("-y, --yes", "do not ask for confirmation; required without a terminal")
    .option("--hangup", "also end the calls in progress; without it they end naturally");

/** Says, before a stop, what happens to live calls. */
export const liveCalls = (inProgress: number, hangup = false): string =>
  inProgress === 0
    ? "none is in progress"
    : `${calls(inProgress)} in progress ${hangup ? "will be ended too" : "will end naturally"}`;

/** Says, after a stop, what is still to end. */
export function afterStop({ mode, in_progress_calls }: Schemas["Receipt"]): string {
  if (in_progress_calls === 0) return "Nobody else is dialled.";
  const how = mode === "hangup" ? "being ended" : "still to end";
  return `Nobody else is dialled; ${calls(in_progress_calls)} ${in_progress_calls === 1 ? "is" : "are"} ${how}.`;
}
