import { setTimeout as sleep } from "node:timers/promises";
import { RetellCall } from "@ringfence/domain";
import Retell, { APIError } from "retell-sdk";
import { answerOf, type DialAnswer } from "./answers.ts";
import type { RetellAccess } from "./dialer.ts";

/** Time-out of a look-up, in ms, the answer's body included. */
const LOOK_UP_TIMEOUT_MS = 10_000;
/** Number of attempts of a hang-up, and the pause between them, in ms. */
const HANG_UP_ATTEMPTS = 3;
const HANG_UP_PAUSE_MS = 500;
/** Retell's statuses for an unknown id. */
const UNKNOWN_ID = new Set<unknown>([404, 422]);
/** Retell's largest page of calls. */
export const MOST_CALLS_A_PAGE = 1_000;

/**
 * Reads from Retell; only `hangUp` changes anything there. All functions but `probe` throw when Retell does not answer
 * within ten seconds; the callers retry on their next round.
 */
export interface Lookups {
  /** Retell's call that carries our id in its metadata, null if its list shows none (it may lag). */
  findByCallId(callId: string): Promise<RetellCall | null>;
  /** The calls with these Retell ids that Retell still knows. At most 1,000. */
  findMany(retellCallIds: readonly string[]): Promise<RetellCall[]>;
  /** The call with this Retell id, null if Retell does not know it. */
  find(retellCallId: string): Promise<RetellCall | null>;
  /** Ends a live call; false if the call was already over. */
  hangUp(retellCallId: string): Promise<boolean>;
  /** Reads something small to see whether Retell serves the account: `ok`, or Retell's answer. */
  probe(): Promise<"ok" | Exclude<DialAnswer, { kind: "placed" }>>;
}

/**
 * The client for all requests but dials. The SDK's retries are off, because it would wait as long as a Retry-After says.
 * Its time-out covers the headers only, so each request has a signal that also ends the body.
 */
export function createLookups(access: RetellAccess): Lookups {
  const client = new Retell({
    apiKey: access.apiKey,
    ...(access.baseUrl && { baseURL: access.baseUrl }),
    maxRetries: 0,
    timeout: LOOK_UP_TIMEOUT_MS,
    logLevel: "off",
  });
  const inTime = () => ({ signal: AbortSignal.timeout(LOOK_UP_TIMEOUT_MS) });
  const list = async (filter: Retell.CallListParams["filter_criteria"], limit: number): Promise<RetellCall[]> => {
    const { items } = await client.call.list({ filter_criteria: filter, limit } as Retell.CallListParams, inTime());
    // One malformed item must not hide the others.
    return (items ?? []).flatMap((item) => {
      const call = RetellCall.safeParse(item);
      return call.success ? [call.data] : [];
    });
  };

  return {
    findByCallId: async (callId) => {
      const [call] = await list({ metadata: [{ key: "call_id", type: "string", op: "eq", value: callId }] }, 1);
      return call ?? null;
    },
    findMany: (retellCallIds) =>
      list({ call_id: { type: "enum", op: "in", value: [...retellCallIds] } }, MOST_CALLS_A_PAGE),
    find: async (retellCallId) => {
      try {
        return RetellCall.parse(await client.call.retrieve(retellCallId, inTime()));
      } catch (error) {
        if (error instanceof APIError && UNKNOWN_ID.has(error.status)) return null;
        throw error;
      }
    },
    hangUp: async (retellCallId) => {
      for (let attempt = 1; ; attempt++) {
        try {
          await client.call.stop(retellCallId, inTime());
          return true;
        } catch (error) {
          // 409 as well: the call is over, or about to be.
          if (answerOf(error).kind === "refused" || (error instanceof APIError && error.status === 409)) return false;
          if (attempt === HANG_UP_ATTEMPTS) throw error;
        }
        await sleep(HANG_UP_PAUSE_MS);
      }
    },
    probe: async () => {
      try {
        await client.concurrency.retrieve(inTime());
        return "ok";
      } catch (error) {
        return answerOf(error);
      }
    },
  };
}
