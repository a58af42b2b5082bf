import type { Call } from "../../../api/types.ts";

/** The status as people speak of it: a cancelled call is told apart from one that failed. */
export const statusOf = (call: Call): "pending" | "in_progress" | "completed" | "failed" | "cancelled" =>
  call.cancelled_at ? "cancelled" : call.call_status;

/** Why the call ended, nothing while it has not. */
export const reasonOf = (call: Call): string => call.disconnection_reason ?? call.error_message ?? "";

/** A step of a call's life, with the ms since the step before. */
export interface Step {
  what: string;
  at: string;
  sinceMs: number | null;
}

/** The steps that a call has taken, in the order of time. */
export function timelineOf(call: Call): Step[] {
  const steps: [string, string | null][] = [
    ["Created", call.created_at],
    ["Claimed", call.claimed_at],
    ["Dialled", call.dialed_at],
    ["Answered", call.started_at],
    ["Ended", call.ended_at],
    ["Cancelled", call.cancelled_at],
  ];
  return steps
    .filter((step): step is [string, string] => step[1] !== null)
    .sort(([, a], [, b]) => Date.parse(a) - Date.parse(b))
    .map(([what, at], n, all) => ({ what, at, sinceMs: n === 0 ? null : Date.parse(at) - Date.parse(all[n - 1]![1]) }));
}

/** Whether a phone may have rung, in words. */
export const placedWords = {
  no: "No phone rang",
  yes: "The call was placed",
  unknown: "A phone may have rung",
} as const;

/** What Retell's analysis says, as names and texts; the summary comes first. */
export function analysisOf(analysis: unknown): { summary: string | null; rest: [name: string, text: string][] } {
  if (typeof analysis !== "object" || analysis === null) return { summary: null, rest: [] };
  const { call_summary, ...others } = analysis as Record<string, unknown>;
  const rest = Object.entries(others)
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([name, value]): [string, string] => [
      name.replaceAll("_", " "),
      typeof value === "object" ? JSON.stringify(value) : String(value),
    ]);
  return { summary: typeof call_summary === "string" && call_summary !== "" ? call_summary : null, rest };
}

/** A link that a browser may follow: what a call carries came from outside. */
export const safeLink = (url: string | null): string | null => (url && /^https?:\/\//i.test(url) ? url : null);
