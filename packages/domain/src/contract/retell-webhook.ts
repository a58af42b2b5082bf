import { z } from "zod";

/** Longest Retell id that we accept, in characters; actual ids have 32. */
const LONGEST_ID = 200;

/** PostgreSQL's text holds no NUL, and its json no half of a surrogate pair. */
export const storable = (text: string): string => text.replaceAll("\0", "").toWellFormed();
const text = z.string().transform(storable).nullish().catch(null);
/** Makes any JSON value storable, keys included. */
function storableJson(value: unknown): unknown {
  if (typeof value === "string") return storable(value);
  if (Array.isArray(value)) return value.map(storableJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [storable(key), storableJson(each)]));
}

/** Unix time in ms, within the range of a Date. */
const time = z.number().min(0).max(8.64e15).nullish().catch(null);

/**
 * The fields that we read of Retell's call object (retell-sdk `PhoneCallResponse`; times in unix ms). Deliberately
 * lenient: a call with an unknown reason or status must be settled, not refused.
 */
export const RetellCall = z.object({
  call_id: z
    .string()
    .min(1)
    .max(LONGEST_ID)
    .refine((id) => storable(id) === id),
  call_status: z.string().optional().catch(undefined),
  disconnection_reason: text,
  start_timestamp: time,
  end_timestamp: time,
  duration_ms: z
    .number()
    .min(0)
    .transform((ms) => Math.min(Math.round(ms), 2 ** 31 - 1))
    .nullish()
    .catch(null),
  recording_url: text,
  call_analysis: z.record(z.string(), z.unknown()).transform(storableJson).nullish().catch(null),
  metadata: z.unknown().optional(),
});
export type RetellCall = z.infer<typeof RetellCall>;

/** A Retell webhook: `call_started`, `call_ended`, `call_analyzed`, or another event, which we ignore. */
export const RetellEvent = z.object({ event: z.string(), call: RetellCall });

const TERMINAL = new Set(["ended", "not_connected", "error"]);

/** Our id of the call, from the metadata that each dial carries; null if the call is not ours. */
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
