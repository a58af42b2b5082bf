import { done, type Processor, type Times } from "@ringfence/domain";
import type { Receivers } from "@ringfence/receivers";
import type { Database } from "../database/database.ts";
import { isUnavailable } from "../database/errors.ts";
import type { Log } from "../deps.ts";
import type { Receiver } from "./outbox.sql.ts";

/** How many lanes of one webhook are sent in parallel. */
const LANES_AT_ONCE = 5;
/** How many events a lane sends before the other lanes have their turn. */
const TURN = 10;
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

/**
 * Sends the due events of one webhook. Each lane (a batch) sends one event after the other, in order; a few lanes run in
 * parallel, each for a turn, so that no lane waits for another's backlog. A failed event blocks later events of its lane
 * only. An event is sent twice if the process dies before the answer is stored; its id shows the receiver the repeat.
 */
export const deliverWebhook =
  (deps: DeliverDeps): Processor<"webhook.deliver"> =>
  async ({ webhookId }, { signal }) => {
    const turns = new Map<string, Promise<void>>();
    /** When each lane had its last turn, counted in turns. */
    const served = new Map<string, number>();
    try {
      for (let turn = 1; ; ) {
        const receiver = await deps.db.outbox.receiver(webhookId);
        if (!receiver) return done("gone");
        const due = signal.aborted ? [] : await deps.db.outbox.dueLanes(webhookId);
        const waiting = due
          .filter((lane) => !turns.has(lane))
          .sort((one, other) => (served.get(one) ?? 0) - (served.get(other) ?? 0));
        for (const lane of waiting.slice(0, LANES_AT_ONCE - turns.size)) {
          served.set(lane, turn++);
          turns.set(
            lane,
            takeTurn(deps, receiver, lane, signal).finally(() => turns.delete(lane)),
          );
        }
        if (turns.size === 0) return done("nothing due");
        await Promise.race(turns.values());
      }
    } catch (error) {
      if (isUnavailable(error)) return done("PostgreSQL is away");
      throw error;
    } finally {
      await Promise.allSettled(turns.values());
    }
  };

async function takeTurn(
  { db, receivers, log, times }: DeliverDeps,
  { id: webhookId, url, secret }: Receiver,
  lane: string,
  signal: AbortSignal,
): Promise<void> {
  for (let sent = 0; sent < TURN && !signal.aborted; sent++) {
    const due = await db.outbox.next(webhookId, lane);
    if (!due) return;
    const body = JSON.stringify({ type: due.type, timestamp: due.at, data: due.data });
    const attempt = await receivers.send({ url, secret, id: due.eventId, body }, signal);
    // The receiver may have seen the event; it stays due and is sent again with the same id.
    if (signal.aborted && attempt.kind === "failed") return;
    const delivered = attempt.kind === "delivered";
    await db.outbox.noteAttempt(due.id, {
      delivered,
      status: attempt.status,
      durationMs: attempt.durationMs,
      error: delivered ? null : attempt.error,
      retryInMs: delivered ? 0 : retryWaitMs(times, due.attempts + 1, Math.random()),
    });
    if (delivered) continue;
    log.warn({ webhookId, deliveryId: due.id, status: attempt.status, attempt: due.attempts + 1 }, "not delivered");
    return;
  }
}
