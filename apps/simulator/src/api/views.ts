import type { CallRecord, CallStatus } from "../calls/calls.ts";

/** A call as Retell shows it; `retell-sdk` knows it as PhoneCallResponse. Times are unix milliseconds, costs cents. */
export interface PhoneCall {
  call_id: string;
  call_type: "phone_call";
  agent_id: string;
  agent_version: number;
  agent_name: string;
  call_status: CallStatus;
  direction: "outbound";
  from_number: string;
  to_number: string;
  metadata?: Record<string, unknown>;
  retell_llm_dynamic_variables?: Record<string, string>;
  custom_sip_headers: Record<string, string>;
  data_storage_setting: "everything";
  opt_in_signed_url: boolean;
  latency: Record<string, never>;
  call_cost: CallCost;
  start_timestamp?: number;
  end_timestamp?: number;
  duration_ms?: number;
  disconnection_reason?: string;
  telephony_identifier?: { twilio_call_sid: string };
  transcript?: string;
  transcript_object?: { role: "agent" | "user"; content: string; words: never[] }[];
  recording_url?: string;
  call_analysis?: {
    call_summary: string;
    in_voicemail: boolean;
    user_sentiment: "Positive" | "Neutral" | "Unknown";
    call_successful: boolean;
    custom_analysis_data: Record<string, unknown>;
  };
}

interface CallCost {
  combined_cost: number;
  product_costs: { product: string; cost: number; unit_price: number }[];
  total_duration_seconds: number;
  total_duration_unit_price: number;
}

/** What makes the same call look different: the service's own address, and whether it drops metadata. */
export interface Look {
  url: string;
  dropMetadataOnNotConnected: boolean;
}

/** 10 cents a minute. */
const CENTS_PER_SECOND = 10 / 60;
const LINES = [
  { role: "agent", content: "Hello, is this a good moment?", words: [] },
  { role: "user", content: "It is, go ahead.", words: [] },
] as const;

function costOf(durationMs: number): CallCost {
  const seconds = Math.ceil(durationMs / 1_000);
  if (seconds === 0) {
    return { combined_cost: 0, product_costs: [], total_duration_seconds: 0, total_duration_unit_price: 0 };
  }
  const cost = Math.round(seconds * CENTS_PER_SECOND * 100) / 100;
  return {
    combined_cost: cost,
    product_costs: [{ product: "retell_voice_engine", cost, unit_price: CENTS_PER_SECOND }],
    total_duration_seconds: seconds,
    total_duration_unit_price: CENTS_PER_SECOND,
  };
}

/** The metadata the service still shows of a call. */
export function shownMetadata(call: CallRecord, look: Pick<Look, "dropMetadataOnNotConnected">) {
  return look.dropMetadataOnNotConnected && call.status === "not_connected" ? undefined : call.metadata;
}

/** A call as list-calls shows it: without transcript and recording. */
export function toListItem(call: CallRecord, look: Look): PhoneCall {
  const metadata = shownMetadata(call, look);
  const duration = call.endedAt === undefined ? undefined : call.endedAt - (call.startedAt ?? call.endedAt);
  const inVoicemail = call.reason === "voicemail_reached";
  const successful = call.status === "ended" && !inVoicemail;
  return {
    call_id: call.id,
    call_type: "phone_call",
    agent_id: call.agentId,
    agent_version: 1,
    agent_name: "Sim agent",
    call_status: call.status,
    direction: "outbound",
    from_number: call.fromNumber,
    to_number: call.toNumber,
    ...(metadata && { metadata }),
    ...(call.dynamicVariables && { retell_llm_dynamic_variables: call.dynamicVariables }),
    custom_sip_headers: call.sipHeaders,
    data_storage_setting: "everything",
    opt_in_signed_url: false,
    latency: {},
    call_cost: costOf(duration ?? 0),
    ...(call.startedAt !== undefined && { start_timestamp: call.startedAt }),
    ...(call.endedAt !== undefined && { end_timestamp: call.endedAt }),
    ...(duration !== undefined && { duration_ms: duration }),
    ...(call.reason !== undefined && { disconnection_reason: call.reason }),
    ...(call.startedAt !== undefined && { telephony_identifier: { twilio_call_sid: `CA${call.id.slice(5)}` } }),
    ...(call.analyzed && {
      call_analysis: {
        call_summary: successful ? "A simulated conversation." : "No conversation took place.",
        in_voicemail: inVoicemail,
        user_sentiment: successful ? "Positive" : "Unknown",
        call_successful: successful,
        custom_analysis_data: {},
      },
    }),
  };
}

/** A call as get-call and the webhooks show it. */
export function toPhoneCall(call: CallRecord, look: Look): PhoneCall {
  const item = toListItem(call, look);
  if (call.status !== "ended") return item;
  return {
    ...item,
    transcript: LINES.map(({ role, content }) => `${role === "agent" ? "Agent" : "User"}: ${content}`).join("\n"),
    transcript_object: LINES.map((line) => ({ ...line, words: [] })),
    recording_url: `${look.url}/recordings/${call.id}.wav`,
  };
}
