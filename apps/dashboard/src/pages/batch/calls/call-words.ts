import type { Call } from "../../../api/types.ts";

export { reasonInWords } from "@ringfence/domain";

/** The status of a call as people think of it: a cancelled call did not fail. */
export const kindOf = (call: Pick<Call, "call_status" | "cancelled_at">) =>
  call.cancelled_at ? "cancelled" : call.call_status;

/** Why a call ended; null before its end, or if no reason is known. */
export const reasonOf = (call: Pick<Call, "disconnection_reason" | "error_message">): string | null =>
  call.disconnection_reason ?? call.error_message;

/** Whether a phone rang, in words. */
export const PLACED_IN_WORDS = {
  no: "No, it was not dialled",
  yes: "Yes, it was dialled",
  unknown: "Unknown: the dial got no clear answer",
} as const satisfies Record<Call["placed"], string>;

/** A step of a call, with the time since the step before, in ms. */
export interface Step {
  label: "Created" | "Claimed" | "Dialled" | "Answered" | "Ended" | "Cancelled";
  at: string;
  gapMs: number | null;
}

/** What happened to a call, in chronological order. */
export function stepsOf(call: Call): Step[] {
  const named = [
    { label: "Created", at: call.created_at },
    { label: "Claimed", at: call.claimed_at },
    { label: "Dialled", at: call.dialed_at },
    { label: "Answered", at: call.started_at },
    { label: "Ended", at: call.cancelled_at ? null : call.ended_at },
    { label: "Cancelled", at: call.cancelled_at },
  ] as const;
  return named
    .flatMap(({ label, at }) => (at === null ? [] : [{ label, at }]))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .map((step, n, all) => ({ ...step, gapMs: n === 0 ? null : Date.parse(step.at) - Date.parse(all[n - 1]!.at) }));
}

/** The summary in Retell's analysis of a call, if it is text. */
export function analysisOf(analysis: unknown): { summary: string | null; sentiment: string | null } {
  const fields = typeof analysis === "object" && analysis !== null ? (analysis as Record<string, unknown>) : {};
  const textOf = (value: unknown) => (typeof value === "string" && value.trim() !== "" ? value : null);
  return { summary: textOf(fields.call_summary), sentiment: textOf(fields.user_sentiment) };
}

/** The address of a recording, null if a browser should not open it. */
export const recordingOf = (call: Pick<Call, "recording_url">): string | null =>
  call.recording_url && /^https?:\/\//i.test(call.recording_url) ? call.recording_url : null;
