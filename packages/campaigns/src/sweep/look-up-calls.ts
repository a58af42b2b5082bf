import { callIdOf, isOver, LOST_AT_RETELL, type RetellCall, type Times } from "@ringfence/domain";
import { type Lookups, MOST_CALLS_A_PAGE } from "@ringfence/retell";
import type { Settlement } from "../calls/settle-call.ts";
import type { Deps } from "../deps.ts";
import type { AskedCall } from "./sweeps.sql.ts";

/** Pages of calls looked up in one sweep; enough for the highest number of lines. */
const MOST_PAGES = 10;
/** How many calls are looked up one by one in parallel, and how many rows are settled in parallel. */
const AT_ONCE = 5;
/** How many given-up calls are looked up in one sweep. */
const MOST_GIVEN_UP = 100;
/** A call that Retell does not know this often in a row, over `missingForMs`, is lost; a call older than any call can be is lost immediately. */
const MISSING_TIMES = 3;

export interface LookUpDeps extends Deps {
  lookups: Lookups;
  settle: (call: RetellCall) => Promise<Settlement>;
  times: Times;
}

/**
 * Looks up calls at Retell for which no webhook arrived: live calls in pages of ids, calls that Retell's list does not show
 * one by one, and given-up calls for a while longer. Each function returns how many rows it repaired; all may be repeated.
 */
export function lookUpCalls(deps: LookUpDeps) {
  const { db, queue, lookups, log, count, times } = deps;

  /** Isolates errors: a call that cannot be looked up or settled must not delay the others. */
  const guarded = async <Item>(
    items: readonly Item[],
    idOf: (item: Item) => string | null,
    work: (item: Item) => Promise<boolean>,
    upTo: "all of them" | "to the first error" = "all of them",
  ) => {
    let done = 0;
    const left = [...items];
    const one = async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) {
        const callId = idOf(item);
        done += await work(item).then(Number, (error: unknown) => {
          log.warn({ err: error, callId }, "a call could not be looked up or settled; it is retried");
          if (upTo === "to the first error") left.length = 0;
          return 0;
        });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
    return done;
  };
  const patience = { times: MISSING_TIMES, forMs: times.missingForMs, oldMs: times.longestCallMs };
  const settle = async (call: RetellCall) => (await deps.settle(call)) === "settled";
  const lose = async (callId: string) => {
    log.error({ callId }, "Retell no longer knows this call; it is given up as lost");
    count("calls_settled", LOST_AT_RETELL);
    await queue.announceEnding(callId).catch(() => undefined);
  };
  const ask = async ({ retellCallId }: { retellCallId: string }): Promise<boolean> => {
    const call = await lookups.find(retellCallId);
    if (call) return await settle(call);
    const lost = await db.evidence.missing(retellCallId, patience);
    if (lost) await lose(lost);
    return lost !== null;
  };

  return {
    /** Calls in progress without news from Retell for `times.callPollAfterMs`. */
    withoutNews: async (signal: AbortSignal): Promise<number> => {
      let repaired = 0;
      for (let page = 0; page < MOST_PAGES && !signal.aborted; page++) {
        const silent = await db.sweeps.withoutNews(times.callPollAfterMs, MOST_CALLS_A_PAGE);
        if (silent.length === 0) break;
        const found = await lookups.findMany(silent.map((call) => call.retellCallId));
        await db.sweeps.noteAsked(silent.map((call) => call.callId));
        await db.evidence.stillGoOn(found.filter((call) => !isOver(call)).map((call) => call.call_id));
        repaired += await guarded(
          found.filter((call) => isOver(call)),
          callIdOf,
          settle,
        );
        const known = new Set(found.map((call) => call.call_id));
        repaired += await guarded(
          silent.filter((call) => !known.has(call.retellCallId)),
          (call) => call.callId,
          ask,
        );
        if (silent.length < MOST_CALLS_A_PAGE) break;
      }
      return repaired;
    },

    /** Calls too old to be live, unless Retell confirms that they are. */
    tooOld: async (): Promise<number> => {
      const lost = await db.evidence.loseOld(times.longestCallMs, times.unconfirmedMs);
      for (const callId of lost) await lose(callId);
      return lost.length;
    },

    /** Calls that were given up, which late evidence corrects. Ends at the first call for which Retell does not answer. */
    givenUp: async (): Promise<number> => {
      const calls = await db.sweeps.givenUp(times.callPollAfterMs, MOST_GIVEN_UP);
      const callIdOfAsked = (call: AskedCall) => call.callId;
      return await guarded(
        calls,
        callIdOfAsked,
        async ({ callId, retellCallId }) => {
          const call = retellCallId ? await lookups.find(retellCallId) : await lookups.findByCallId(callId);
          await db.sweeps.noteAsked([callId]);
          return call !== null && (await settle(call));
        },
        "to the first error",
      );
    },
  };
}
