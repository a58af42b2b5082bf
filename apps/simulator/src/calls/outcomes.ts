import { z } from "zod";
import { Chance, seededRandom } from "./chance.ts";

/** Times of a call in milliseconds, before scaling; `null` = the call stays in that state until `end()` (no analysis for `analyzeMs`). */
export interface CallTimes {
  ringMs: number | null;
  talkMs: number | null;
  analyzeMs: number | null;
}

const Wait = z.number().min(0).nullable().optional();

/** How a call goes: its `disconnection_reason` and its times in milliseconds before scaling. `null` = that step never comes by itself. */
export const Rule = z.strictObject({ reason: z.string().min(1), ringMs: Wait, talkMs: Wait, analyzeMs: Wait });
/** See the schema of the same name. */
export type Rule = z.infer<typeof Rule>;

/** Rules by E.164 number, and one for every number that nothing else matches (`null` = the random mix). */
export const OutcomeTable = z.strictObject({
  byNumber: z.record(z.string(), Rule).optional(),
  default: Rule.nullable().optional(),
});
/** See the schema of the same name. */
export type OutcomeTable = z.infer<typeof OutcomeTable>;

/** What a caller may ask for in `metadata.sim`: any part of a rule, and webhook faults of that one call. */
const CallWish = Rule.partial().extend({ lose: Chance.optional(), dup: Chance.optional(), badSig: Chance.optional() });

/** A chosen outcome with every time filled in. */
export interface Outcome extends CallTimes {
  reason: string;
  /** Webhook faults of this call; they go before the general ones. */
  faults: { lose?: Chance | undefined; dup?: Chance | undefined; badSig?: Chance | undefined };
}

/** Reasons by the last four digits of the number called. */
const REASON_BY_ENDING: Record<string, string> = {
  "0001": "dial_no_answer",
  "0002": "dial_busy",
  "0003": "user_declined",
  "0004": "invalid_destination",
  "0005": "voicemail_reached",
  "0006": "error_retell",
};

/** The mix of an ordinary campaign: a throw of 0 to 100 below the figure, and of none before it, is that reason. */
const MIX: readonly (readonly [below: number, reason: string])[] = [
  [55, "user_hangup"],
  [65, "agent_hangup"],
  [77, "voicemail_reached"],
  [92, "dial_no_answer"],
  [97, "dial_busy"],
  [99, "user_declined"],
  [100, "error_retell"],
];

const NOT_CONNECTED = new Set([
  "dial_busy",
  "dial_no_answer",
  "dial_failed",
  "user_declined",
  "invalid_destination",
  "telephony_provider_permission_denied",
  "marked_as_spam",
  "telephony_provider_unavailable",
  "sip_routing_error",
]);
const CONNECTED = new Set([
  "user_hangup",
  "agent_hangup",
  "call_transfer",
  "voicemail_reached",
  "ivr_reached",
  "inactivity",
  "max_duration_reached",
  "transfer_bridged",
  "transfer_cancelled",
  "manual_stopped",
  "call_take_over",
]);
const ERROR_IN_CONVERSATION = /^error_(llm_websocket_|no_audio_received$|asr$|retell$|unknown$)/;

/** Whether a call that ends so was answered first. A reason nobody has heard of was not. */
export function connects(reason: string): boolean {
  return CONNECTED.has(reason) || ERROR_IN_CONVERSATION.test(reason);
}

/** The terminal status that goes with a reason and with whether the call was answered. */
export function terminalStatus(reason: string, answered: boolean): "ended" | "not_connected" | "error" {
  if (!CONNECTED.has(reason) && !NOT_CONNECTED.has(reason)) return "error";
  return answered ? "ended" : "not_connected";
}

/** The mix depends on the seed, the number and how often that number was called before: not on the order of arrival. */
function drawFromMix(seed: number, toNumber: string, nth: number, times: CallTimes): Rule {
  const random = seededRandom(`${seed}:${toNumber}:${nth}`);
  const thrown = random() * 100;
  const reason = MIX.find(([below]) => thrown < below)?.[1] ?? "user_hangup";
  return { reason, talkMs: times.talkMs === null ? null : Math.round(times.talkMs * (0.5 + random())) };
}

/** Everything that decides how a call goes. */
export interface Circumstances {
  toNumber: string;
  /** How many calls to this number came before. */
  nth: number;
  metadata: Record<string, unknown> | undefined;
  table: OutcomeTable;
  seed: number;
  times: CallTimes;
}

/** Chooses by first match: `metadata.sim`, the table, the number's last four digits, the table's default, the seeded mix. */
export function chooseOutcome({ toNumber, nth, metadata, table, seed, times }: Circumstances): Outcome {
  const wish = CallWish.safeParse(metadata?.sim ?? {});
  const { lose, dup, badSig, ...wished } = wish.success ? wish.data : {};
  const byEnding = REASON_BY_ENDING[toNumber.slice(-4)];
  const rule =
    table.byNumber?.[toNumber] ??
    (byEnding ? { reason: byEnding } : undefined) ??
    table.default ??
    drawFromMix(seed, toNumber, nth, times);
  const base: Rule = wished.reason === undefined ? rule : { reason: wished.reason };
  const given = (key: keyof CallTimes) => {
    const ms = wished[key] === undefined ? base[key] : wished[key];
    return ms === undefined ? times[key] : ms;
  };
  return {
    reason: base.reason,
    ringMs: given("ringMs"),
    talkMs: given("talkMs"),
    analyzeMs: given("analyzeMs"),
    faults: { lose, dup, badSig },
  };
}
