import { z } from "zod";

/** Longest id of Retell's that we take, in characters; theirs have 32. */
const LONGEST_ID = 200;

/** PostgreSQL's text holds no NUL, and its json no half of a surrogate pair. */
export const storable = (text: string): string => text.replaceAll("\0", "").toWellFormed();
const text = z.string().transform(storable).nullish().catch(null);
/** The same for whatever JSON can hold, keys included. */
function storableJson(value: unknown): unknown {
  if (typeof value === "string") return storable(value);
  if (Array.isArray(value)) return value.map(storableJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [storable(key), storableJson(each)]));
}

/** Unix ms, within what a Date can hold. */
const time = z.number().min(0).max(8.64e15).nullish().catch(null);

/**
 * What we read of Retell's call object (retell-sdk `PhoneCallResponse`; times in unix ms). Lenient on purpose: an
 * unknown reason or status must settle a call, not be refused.
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
