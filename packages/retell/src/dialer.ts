import Retell from "retell-sdk";
import { Agent, buildConnector, fetch as undiciFetch } from "undici";
import { answerOf, type DialAnswer, NeverConnected } from "./answers.ts";

/** Path of our webhook, below PUBLIC_URL. */
export const WEBHOOK_PATH = "/webhooks/retell";
const WEBHOOK_EVENTS = ["call_started", "call_ended", "call_analyzed"] as const;

/** Everything a create-call request needs. */
export interface Dial {
  callId: string;
  batchId: string;
  campaignId: string;
  fromNumber: string;
  toNumber: string;
  agentId: string | null;
  dynamicVariables: Record<string, unknown>;
}

/** Retell's address and our key. */
export interface RetellAccess {
  apiKey: string;
  /** Undefined: the SDK's default address. */
  baseUrl?: string | undefined;
}

export interface Dialer {
  /** Sends one create-call request, once. Never throws: every outcome is one of the answers. */
  dial(dial: Dial): Promise<DialAnswer>;
  close(): Promise<void>;
}

/**
 * Places calls. The SDK's retries are off, because it would send the request again after the call was accepted
 * (measured: a 502 behind an accepted call placed it twice). Keep-alive is off, because a request on a connection that
 * the other side has just closed has an unknown outcome. Redirects are off, because they would send the request again.
 * The signal ends a dial whose answer stops half-way: the SDK's own time-out covers the headers only.
 */
export function createDialer(access: RetellAccess & { timeoutMs: number; publicUrl?: string | undefined }): Dialer {
  const connect = buildConnector({ timeout: access.timeoutMs / 2 });
  const agent = new Agent({
    pipelining: 0,
    connect: (options, done) =>
      connect(options, (error, socket) =>
        error ? done(new NeverConnected("no connection", { cause: error }), null) : done(null, socket),
      ),
  });
  const client = new Retell({
    apiKey: access.apiKey,
    ...(access.baseUrl && { baseURL: access.baseUrl }),
    maxRetries: 0,
    timeout: access.timeoutMs,
    logLevel: "off",
    fetch: (url, init) =>
      undiciFetch(url as string, { ...init, dispatcher: agent, redirect: "error" } as never) as never,
  });
  const webhook = access.publicUrl && {
    agent_override: {
      agent: {
        webhook_url: `${access.publicUrl.replace(/\/+$/, "")}${WEBHOOK_PATH}`,
        webhook_events: [...WEBHOOK_EVENTS],
      },
    },
  };

  return {
    dial: async (dial) => {
      try {
        const call = await client.call.createPhoneCall(
          {
            from_number: dial.fromNumber,
            to_number: dial.toNumber,
            metadata: { call_id: dial.callId, batch_id: dial.batchId, campaign_id: dial.campaignId },
            ...(dial.agentId && { override_agent_id: dial.agentId }),
            retell_llm_dynamic_variables: asStrings(dial.dynamicVariables),
            ...(webhook || {}),
          },
          { signal: AbortSignal.timeout(access.timeoutMs) },
        );
        return call?.call_id
          ? { kind: "placed", retellCallId: call.call_id }
          : { kind: "unknown", why: "an answer without call_id" };
      } catch (error) {
        return answerOf(error);
      }
    },
    close: () => agent.destroy(),
  };
}

/** Retell accepts only strings as variables. */
const asStrings = (variables: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
