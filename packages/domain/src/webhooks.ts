import { z } from "zod";

const time = z.number().nullish();

/**
 * What we read of Retell's call object (retell-sdk `PhoneCallResponse`; times in unix ms). Lenient on purpose: an
 * unknown reason or status must settle a call, not be refused.
 */
export const RetellCall = z.object({
  call_id: z.string().min(1),
  call_status: z.string().optional(),
  disconnection_reason: z.string().nullish(),
  start_timestamp: time,
  end_timestamp: time,
  duration_ms: time,
  recording_url: z.string().nullish(),
  call_analysis: z.record(z.string(), z.unknown()).nullish(),
  metadata: z.unknown(),
});
export type RetellCall = z.infer<typeof RetellCall>;

/** A webhook of Retell's: `call_started`, `call_ended`, `call_analyzed`, and others that we ignore. */
export const RetellEvent = z.object({ event: z.string(), call: RetellCall });

const TERMINAL = new Set(["ended", "not_connected", "error"]);

/** Our id of the call, from the metadata that each dial carries; null if it is another's call. */
export function callIdOf(call: RetellCall): string | null {
  const parsed = z.object({ call_id: z.uuid() }).safeParse(call.metadata);
  return parsed.success ? parsed.data.call_id : null;
}

/** Whether the call is over. Retell's own sample of `call_ended` says `registered`, so a reason or the event decides as well. */
export const isOver = (call: RetellCall, event?: string): boolean =>
  event === "call_ended" ||
  event === "call_analyzed" ||
  TERMINAL.has(call.call_status ?? "") ||
  Boolean(call.disconnection_reason);
