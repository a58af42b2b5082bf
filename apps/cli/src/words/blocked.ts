import type { Schemas } from "@ringfence/client";
import { isDialling } from "@ringfence/domain";
import { told } from "./told.ts";

type Lines = Pick<Schemas["Lines"], "blocked_by" | "held">;

const WORDS = {
  no_worker: "no worker is running",
  queue_away: "Redis is away or takes no write",
  lines_full: "all lines are in use",
  pace: "the pace allows the next dial in a moment",
  slowed: "Retell asked for fewer dials (429)",
} as const;

/** Why no pending call is dialled at this moment, in words; null while nothing waits or calls are dialled. */
export function blockedInWords({ blocked_by: by, held }: Lines): string | null {
  if (by === null) return null;
  return by === "held" ? `held: ${told(held?.reason ?? null) ?? "every batch that has pending calls"}` : WORDS[by];
}

/** The same, but null for ordinary waits: lines, pace, and Retell's rate limit. */
export const stoodStill = (lines: Lines): string | null =>
  isDialling(lines.blocked_by) ? null : blockedInWords(lines);
