import { setTimeout as sleep } from "node:timers/promises";
import { done, type Processor, type Times } from "@ringfence/domain";
import type { Receivers } from "@ringfence/receivers";
import type { Database } from "../database/database.ts";
import { isUnavailable } from "../database/errors.ts";
import type { Log } from "../deps.ts";
import type { DueDelivery, Receiver } from "./outbox.sql.ts";

/** Most events of one webhook that are sent in parallel, and how many are at first. */
const MOST_AT_ONCE = 32;
const FIRST_AT_ONCE = 8;
/** Failures in a row after which the receiver gets a pause: 300,000 events of a receiver that is away need not all be tried. */
const FAILURES_IN_A_ROW = 10;
/** Longest wait for an answer before events that have become due meanwhile are looked for, in ms. */
const LOOK_AGAIN_MS = 250;
/** Wait for further answers after one has come, in ms, so that one statement finds the events for several free places. */
const GATHER_MS = 5;
/** Random part by which a wait is longer or shorter, so that deliveries that failed together are not retried together. */
const JITTER = 0.2;

/** The wait before the attempt after `failures` failed ones, in ms; `random` is from 0 to 1. */
function retryWaitMs({ firstRedeliveryMs, longestRedeliveryMs }: Times, failures: number, random: number): number {
  const wait = Math.min(firstRedeliveryMs * 3 ** Math.min(failures - 1, 20), longestRedeliveryMs);
  return wait * (1 + JITTER * (2 * random - 1));
}

/** The dependencies of the delivery. */
export interface DeliverDeps {
  db: Database;
  receivers: Receivers;
  log: Log;
  times: Times;
}

/** How a receiver fares: each answer lets one more event be sent in parallel, each sign of an overloaded or absent receiver halves them. */
function createPacer() {
  let atOnce = FIRST_AT_ONCE;
  let failures = 0;
  return {
    atOnce: () => atOnce,
    /** An event that is refused says nothing about the others, so only 429, 5xx and no answer count as failures. */
    note: (status: number | null) => {
      const failed = status === null || status === 429 || status >= 500;
      failures = failed ? failures + 1 : 0;
      atOnce = failed ? Math.max(Math.floor(atOnce / 2), 1) : Math.min(atOnce + 1, MOST_AT_ONCE);
    },
    /** Whether the receiver needs a pause, which is then taken. */
    isAway: () => {
      const away = failures >= FAILURES_IN_A_ROW;
      if (away) failures = 0;
      return away;
    },
  };
}

/**
 * Sends the due events of one webhook, many in parallel: those of one call in order, those of a batch or campaign itself
 * behind those of its calls, as the database says. An event is sent twice if the process dies before the answer is
 * stored; its id shows the receiver the repeat.
 */
export const deliverWebhook =
  (deps: DeliverDeps): Processor<"webhook.deliver"> =>
  async ({ webhookId }, { signal }) => {
    const { outbox } = deps.db;
    const sending = new Map<string, Promise<void>>();
    const pacer = createPacer();
    const failures: unknown[] = [];
    try {
      while (failures.length === 0) {
        const receiver = await outbox.receiver(webhookId);
        if (!receiver) return done("gone");
        const places = pacer.atOnce() - sending.size;
        const due = signal.aborted || places <= 0 ? [] : await outbox.due(webhookId, [...sending.keys()], places);
        for (const each of due) {
          sending.set(
            each.id,
            send(deps, receiver, each, pacer, signal)
              .catch((error: unknown) => void failures.push(error))
              .finally(() => sending.delete(each.id)),
          );
        }
        if (sending.size === 0) return done("nothing due");
        await Promise.race([...sending.values(), sleep(LOOK_AGAIN_MS, undefined, { ref: false })]);
        await sleep(GATHER_MS);
        if (pacer.isAway()) await sleep(deps.times.firstRedeliveryMs, undefined, { signal }).catch(() => undefined);
      }
      throw failures[0];
    } catch (error) {
      if (isUnavailable(error)) return done("PostgreSQL is away");
      throw error;
    } finally {
      await Promise.all(sending.values());
    }
  };

async function send(
  { db, receivers, log, times }: DeliverDeps,
  { id: webhookId, url, secret }: Receiver,
  due: DueDelivery,
  pacer: ReturnType<typeof createPacer>,
  signal: AbortSignal,
): Promise<void> {
  const body = JSON.stringify({ type: due.type, timestamp: due.at, data: due.data });
  const attempt = await receivers.send({ url, secret, id: due.eventId, body }, signal);
  // The receiver may have seen the event; it stays due and is sent again with the same id.
  if (signal.aborted && attempt.kind === "failed") return;
  const delivered = attempt.kind === "delivered";
  pacer.note(attempt.status);
  await db.outbox.noteAttempt(due.id, {
    delivered,
    status: attempt.status,
    durationMs: attempt.durationMs,
    error: delivered ? null : attempt.error,
    retryInMs: delivered ? 0 : retryWaitMs(times, due.attempts + 1, Math.random()),
  });
  if (!delivered)
    log.warn({ webhookId, deliveryId: due.id, status: attempt.status, attempt: due.attempts + 1 }, "not delivered");
}
