import type { EventType, Receipt, StopMode, Times } from "@ringfence/domain";
import type { PrismaClient } from "../database/client.ts";
import { Prisma } from "../database/generated/client.js";
import { inMs, msAgo } from "../database/in-ms.sql.ts";
import { retryConflicts } from "../database/retry.ts";
import { openDial } from "../dispatch/open-dial.sql.ts";

/** Minimum number of attempts before a delivery may be given up. */
const LEAST_ATTEMPTS = 5;
/** Stop All brakes the campaign's batches within this time before and after it pauses the campaign, in ms. */
const ONE_STOP_MS = 60_000;
/** Retention of delivered or given-up events, in days. */
const KEPT_DAYS = 7;
/** How many rows one statement deletes at most. */
const MOST_DELETED = 10_000;

/** A webhook as the delivery needs it. */
export interface Receiver {
  id: string;
  url: string;
  secret: string;
}

/** An event that is due. */
export interface DueDelivery {
  id: string;
  eventId: string;
  attempts: number;
  type: EventType;
  at: Date;
  data: unknown;
}

/** The outcome of an attempt as it is stored. */
export interface AttemptOutcome {
  delivered: boolean;
  status: number | null;
  durationMs: number;
  error: string | null;
  /** Wait before the next attempt, in ms. */
  retryInMs: number;
}

/**
 * The outbox of webhook events. The tables' triggers (see prisma/migrations) write events in the transaction in which they
 * happen. These queries find due deliveries, record attempts, and add the events of stops.
 */
export const outboxQueries = (db: PrismaClient, times: Times) => ({
  /** Webhooks with a due delivery. */
  webhooksDue: async (): Promise<string[]> => {
    const rows = await db.$queryRaw<{ id: string }[]>`
      /* webhooks with something due */
      SELECT w.id FROM webhooks w WHERE EXISTS (
        SELECT FROM webhook_deliveries d JOIN webhook_events e ON e.id = d.event_id WHERE d.webhook_id = w.id AND ${isDue(times)})`;
    return rows.map((row) => row.id);
  },

  receiver: (id: string): Promise<Receiver | null> =>
    db.webhook.findUnique({ where: { id }, select: { id: true, url: true, secret: true } }),

  /** Due deliveries of a webhook except those that are being sent, longest due first; at most one of a lane. */
  due: (webhookId: string, sending: readonly string[], limit: number): Promise<DueDelivery[]> => db.$queryRaw`
    /* due deliveries */
    SELECT d.id, d.event_id AS "eventId", d.attempts, e.type, e.at, e.data
    FROM webhook_deliveries d JOIN webhook_events e ON e.id = d.event_id
    WHERE d.webhook_id = ${webhookId}::uuid AND d.id <> ALL (${sending}::uuid[]) AND ${isDue(times)}
    ORDER BY d.next_attempt_at, d.seq LIMIT ${limit}`,

  /** Records the outcome of an attempt if the delivery is still pending. After a day and five failures the delivery is given up. */
  noteAttempt: async (id: string, outcome: AttemptOutcome): Promise<void> => {
    const { delivered, status, durationMs, error, retryInMs } = outcome;
    await db.$executeRaw`
      /* note attempt */
      UPDATE webhook_deliveries SET attempts = attempts + 1, attempted_at = clock_timestamp(), response_status = ${status},
        duration_ms = ${durationMs}, error = ${error}, next_attempt_at = ${inMs(retryInMs)},
        failing_since = CASE WHEN NOT ${delivered} THEN coalesce(failing_since, clock_timestamp()) END,
        status = CASE WHEN ${delivered} THEN 'delivered'
          WHEN attempts + 1 >= ${LEAST_ATTEMPTS} AND since <= ${inMs(-times.deliveryGivenUpMs)} THEN 'failed' ELSE 'pending' END
      WHERE id = ${id}::uuid AND status = 'pending'`;
  },

  /** Writes the events of stops with their receipts, once each: for each of these batches, and for the campaign if it was stopped as a whole. */
  tellStop: async ({ cancelled_batches: batchIds, mode, ...receipt }: Receipt): Promise<void> => {
    await retryConflicts(() => tellBatches(db, Prisma.sql`b.id = ANY (${[...batchIds]}::uuid[])`, mode));
    if (receipt.batch_id) return;
    const data = JSON.stringify({ ...receipt, cancelled_batches: batchIds, mode });
    await db.$executeRaw`
      /* tell of a stopped campaign */
      UPDATE webhook_events SET seq = nextval('webhook_events_seq'), data = ${data}::jsonb
      WHERE data IS NULL AND id = (
        SELECT id FROM webhook_events WHERE type = 'campaign.stopped' AND campaign_id = ${receipt.campaign_id}::uuid AND data IS NULL
        ORDER BY at, id LIMIT 1)`;
  },

  /**
   * Writes the events of stops whose process died before it could, or that were made by hand, once they have no pending
   * row and no open dial. Their mode for live calls is unknown by then, so `drain` is reported. Returns how many.
   */
  tellLeftovers: async (): Promise<number> => {
    const old = msAgo(times.stopQuietMs);
    const batches = await retryConflicts(() =>
      tellBatches(db, Prisma.sql`e.at < ${old} AND NOT ${unsettled(times)}`, "drain"),
    );
    const campaigns = await db.$executeRaw`
      /* tell of campaigns stopped half-way */
      WITH stopped AS (
        SELECT e.id, e.campaign_id, array_agg(b.id ORDER BY b.id) FILTER (WHERE b.id IS NOT NULL) AS batch_ids,
          coalesce(sum(b.total_candidates), 0) AS total_candidates, coalesce(sum(b.completed_calls), 0) AS completed_calls,
          coalesce(sum(b.failed_calls), 0) AS failed_calls, coalesce(sum(b.cancelled_calls), 0) AS cancelled_calls
        FROM webhook_events e LEFT JOIN retell_batch_calls b ON b.campaign_id = e.campaign_id AND b.status = 'cancelled'
          AND b.cancelled_at BETWEEN e.at - make_interval(secs => ${ONE_STOP_MS / 1_000}) AND e.at + make_interval(secs => ${ONE_STOP_MS / 1_000})
        WHERE e.type = 'campaign.stopped' AND e.data IS NULL AND e.at < ${old}
        GROUP BY e.id, e.campaign_id
        HAVING NOT bool_or(b.id IS NOT NULL AND ${unsettled(times)})
      )
      UPDATE webhook_events e SET seq = nextval('webhook_events_seq'),
        data = ${receiptOf(Prisma.sql`NULL`, Prisma.sql`coalesce(to_jsonb(s.batch_ids), '[]')`, "drain")}
      FROM stopped s WHERE e.id = s.id AND e.data IS NULL`;
    return batches + campaigns;
  },

  /** Deletes some remaining rows of deleted webhooks. Returns whether there may be more. */
  dropOrphans: async (): Promise<boolean> => {
    const dropped = await db.$executeRaw`
      /* drop deliveries of deleted webhooks */
      WITH RECURSIVE known AS (
        (SELECT webhook_id AS id FROM webhook_deliveries ORDER BY webhook_id LIMIT 1)
        UNION ALL
        SELECT (SELECT d.webhook_id FROM webhook_deliveries d WHERE d.webhook_id > known.id ORDER BY d.webhook_id LIMIT 1)
        FROM known WHERE known.id IS NOT NULL
      )
      DELETE FROM webhook_deliveries WHERE id IN (
        SELECT d.id FROM known, LATERAL (
          SELECT id FROM webhook_deliveries WHERE webhook_id = known.id LIMIT ${MOST_DELETED}
        ) d WHERE NOT EXISTS (SELECT 1 FROM webhooks w WHERE w.id = known.id) LIMIT ${MOST_DELETED})`;
    return dropped === MOST_DELETED;
  },

  /** Deletes some old events that are delivered or given up. Returns whether there may be more. */
  dropOld: async (): Promise<boolean> => {
    const dropped = await db.$executeRaw`
      /* drop old events */
      DELETE FROM webhook_events WHERE id IN (
        SELECT e.id FROM webhook_events e WHERE e.at < now() - make_interval(days => ${KEPT_DAYS}) AND NOT EXISTS (
          SELECT 1 FROM webhook_deliveries d WHERE d.event_id = e.id
            AND (d.status = 'pending' OR d.since > now() - make_interval(days => ${KEPT_DAYS}))) LIMIT ${MOST_DELETED})`;
    return dropped === MOST_DELETED;
  },
});

export type OutboxQueries = ReturnType<typeof outboxQueries>;

/**
 * Whether delivery `d` of event `e` is due: it waits for earlier events of its own lane, and the events of a batch or
 * campaign itself also for earlier ones of its calls, except for those that have failed for five minutes, or wait behind
 * one that has.
 */
const isDue = (times: Times) => Prisma.sql`d.status = 'pending' AND d.next_attempt_at <= now()
  AND NOT EXISTS (
    SELECT FROM webhook_deliveries p
    WHERE p.webhook_id = d.webhook_id AND p.lane = d.lane AND p.status = 'pending' AND p.seq < d.seq)
  AND (d.campaign_id IS NOT NULL OR NOT EXISTS (
    SELECT FROM webhook_deliveries p
    WHERE p.webhook_id = d.webhook_id AND p.status = 'pending' AND p.campaign_id = e.campaign_id
      AND (p.batch_id = e.batch_id OR e.batch_id IS NULL) AND p.seq < d.seq
      AND NOT EXISTS (
        SELECT FROM webhook_deliveries h
        WHERE h.webhook_id = p.webhook_id AND h.lane = p.lane AND h.status = 'pending' AND h.seq <= p.seq
          AND h.failing_since <= ${msAgo(times.gateMs)})))`;

/** Whether a stop of batch `b` is unfinished: a row is pending or a dial is open. */
const unsettled = (times: Times) => Prisma.sql`EXISTS (
  SELECT 1 FROM retell_calls c WHERE c.batch_id = b.id AND (c.call_status = 'pending' OR ${openDial("c", times)}))`;

/** The receipt of a stop `s`, as the contract shows it. No call is pending any more, so every unfinished call is in progress. */
const receiptOf = (batchId: Prisma.Sql, batchIds: Prisma.Sql, mode: StopMode) => Prisma.sql`
  jsonb_build_object('campaign_id', s.campaign_id, 'batch_id', ${batchId}, 'cancelled_batches', ${batchIds}, 'mode', ${mode}::text,
    'cancelled_now', s.cancelled_calls, 'total_candidates', s.total_candidates, 'pending_calls', 0,
    'in_progress_calls', s.total_candidates - s.completed_calls - s.failed_calls, 'completed_calls', s.completed_calls,
    'failed_calls', s.failed_calls, 'cancelled_calls', s.cancelled_calls, 'stopped_at', iso(clock_timestamp()))`;

/** Writes the events of cancelled batches. Each batch is locked first, so that calls ending meanwhile follow its event with the figures they then have. */
const tellBatches = (db: PrismaClient, where: Prisma.Sql, mode: StopMode): Promise<number> => db.$executeRaw`
  /* tell of stopped batches */
  WITH stopped AS (
    SELECT e.id AS event_id, b.* FROM webhook_events e JOIN retell_batch_calls b ON b.id = e.batch_id
    WHERE e.type = 'batch.cancelled' AND e.data IS NULL AND ${where}
    ORDER BY b.id FOR NO KEY UPDATE OF b
  )
  UPDATE webhook_events e SET seq = nextval('webhook_events_seq'),
    data = ${receiptOf(Prisma.sql`s.id`, Prisma.sql`jsonb_build_array(s.id)`, mode)}
  FROM stopped s WHERE e.id = s.event_id AND e.data IS NULL`;
