import { RetellCall } from "@ringfence/domain";
import Retell, { APIError } from "retell-sdk";
import { answerOf, type DialAnswer } from "./answers.ts";
import type { RetellAccess } from "./dialer.ts";

/** Longest look-up, in ms. */
const LOOK_UP_TIMEOUT_MS = 10_000;
/** A look-up may be repeated: the SDK's retries stay on. */
const LOOK_UP_RETRIES = 2;
/** What Retell answers to an id that it does not know. */
const UNKNOWN_ID = new Set<unknown>([404, 422]);
/** Retell's largest page of calls. */
export const MOST_CALLS_A_PAGE = 1_000;

/** Asks Retell; changes nothing there, except `hangUp`. All but `probe` throw when Retell does not answer. */
export interface Lookups {
  /** Retell's call that carries our id in its metadata, null if its list shows none (it may lag). */
  findByCallId(callId: string): Promise<RetellCall | null>;
  /** The calls with these ids of Retell's that it still knows. At most 1,000. */
  findMany(retellCallIds: readonly string[]): Promise<RetellCall[]>;
  /** The call with this id of Retell's, null if Retell does not know it. */
  find(retellCallId: string): Promise<RetellCall | null>;
  /** Ends a live call; false if it was over already. */
  hangUp(retellCallId: string): Promise<boolean>;
  /** A read that tells whether the account is served: `ok`, or what Retell answers. */
  probe(): Promise<"ok" | Exclude<DialAnswer, { kind: "placed" }>>;
}

/** The client for all that is not a dial. */
export function createLookups(access: RetellAccess): Lookups {
  const client = new Retell({
    apiKey: access.apiKey,
    ...(access.baseUrl && { baseURL: access.baseUrl }),
    maxRetries: LOOK_UP_RETRIES,
    timeout: LOOK_UP_TIMEOUT_MS,
    logLevel: "off",
  });
  const list = async (filter: Retell.CallListParams["filter_criteria"], limit: number): Promise<RetellCall[]> => {
    const { items } = await client.call.list({ filter_criteria: filter, limit } as Retell.CallListParams);
    // One odd item must not hide the others.
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
        return RetellCall.parse(await client.call.retrieve(retellCallId));
      } catch (error) {
        if (error instanceof APIError && UNKNOWN_ID.has(error.status)) return null;
        throw error;
      }
    },
    hangUp: async (retellCallId) => {
      try {
        await client.call.stop(retellCallId);
        return true;
      } catch (error) {
        // 409 as well: it is over, or about to be.
        if (answerOf(error).kind === "refused" || (error instanceof APIError && error.status === 409)) return false;
        throw error;
      }
    },
    probe: async () => {
      try {
        await client.concurrency.retrieve({ maxRetries: 0 });
        return "ok";
      } catch (error) {
        return answerOf(error);
      }
    },
  };
}
