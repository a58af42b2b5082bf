import {
  type DeliveryView,
  type EventType,
  MOST_WEBHOOKS,
  notFound,
  type Receipt,
  type ReplayView,
  type StopMode,
  type WebhookView,
} from "@ringfence/domain";
import { noting } from "./audit.ts";
import { inMs } from "./breaker.ts";
import type { After, NewestFirst } from "./campaigns.ts";
import type { PrismaClient } from "./client.ts";
import { Prisma } from "./generated/client.js";
import { doOnce, type Once, runIn } from "./idempotency.ts";
import { retryConflicts } from "./retry.ts";

/** Attempts go on for so long after an event, or its replay, in ms; later still if there were too few by then. */
const GIVEN_UP_AFTER_MS = 86_400_000;
const LEAST_ATTEMPTS = 5;
/** Longest replay, in ms: a million deliveries take some 50 s. */
const REPLAY_TIMEOUT_MS = 600_000;
/** Longest wait for a connection of the bulk pool, in ms. */
const REPLAY_MAX_WAIT_MS = 10_000;
/** Lanes that are looked at for a next turn. */
const MOST_LANES = 1_000;
/** A stop with nothing pending any more has told of itself after so long, in ms, or died. */
const STOP_QUIET_MS = 60_000;
/** Age of a claim, in ms, from which on its dial cannot be open, with the longest time-out of a dial. */
const LONGEST_OPEN_DIAL_MS = 10_000;
/** Stop All brakes the campaign's batches within so long before and after it pauses the campaign, in ms. */
const ONE_STOP_MS = 60_000;
/** Events that are over are kept for so long, in days. */
const KEPT_DAYS = 7;
/** Rows that one statement deletes. */
const MOST_DELETED = 10_000;

/** A webhook as it is sent to. */
export interface Receiver {
  id: string;
  url: string;
  secret: string;
}

/** The next event of a lane, ready to be sent. */
export interface DueDelivery {
  id: string;
  eventId: string;
  lane: string;
  attempts: number;
  type: EventType;
  at: Date;
  data: unknown;
}

/** What an attempt came to, as it is kept. */
export interface AttemptOutcome {
  delivered: boolean;
  status: number | null;
  durationMs: number;
  error: string | null;
  /** Wait before the next attempt, in ms. */
  retryInMs: number;
}

/**
 * Webhooks, what they are told, and how that goes. Events are written by the triggers of the tables (see migrations/), in
 * the transaction in which they happen. `timeScale` shortens the ages that this goes by.
 */
export const outboxQueries = (db: PrismaClient, bulk: PrismaClient, timeScale: number) => ({
  /** Stores a webhook, and in the audit who made it; null if there are too many. */
  create: async (
    fields: { url: string; events: readonly EventType[]; secret: string },
    by: string,
  ): Promise<WebhookView | null> => {
    const { url, events, secret } = fields;
    const [made] = await db.$queryRaw<{ id: string }[]>`
      WITH made AS (
        INSERT INTO webhooks (url, events, secret, created_by)
        SELECT ${url}, ${[...events]}::text[], ${secret}, ${by} WHERE (SELECT count(*) FROM webhooks) < ${MOST_WEBHOOKS} RETURNING id
      ), noted AS (
        ${noting({ actor: by, action: "webhook.create", detail: { host: new URL(url).host, events } }, Prisma.sql`made`)}
      )
      SELECT id FROM made`;
    return made ? ((await webhookViews(db, Prisma.sql`w.id = ${made.id}::uuid`, 1))[0] ?? null) : null;
  },

  list: (after: After<NewestFirst>, limit: number): Promise<WebhookView[]> =>
    webhookViews(
      db,
      after ? Prisma.sql`(w.created_at, w.id) < (${after.createdAt}, ${after.id}::uuid)` : Prisma.sql`true`,
      limit,
    ),

  find: async (id: string): Promise<WebhookView | null> => {
    const [view] = await webhookViews(db, Prisma.sql`w.id = ${id}::uuid`, 1);
    return view ?? null;
  },

  /** Deletes a webhook: nothing is sent to it any more. Its deliveries are swept up later. Throws `not_found`. */
  remove: (id: string, by: string, once: Once<null> | null): Promise<null> =>
    db.$transaction((tx) =>
      doOnce(once, runIn(tx), async () => {
        const rows = await tx.$queryRaw<{ id: string }[]>`
          WITH gone AS (
            DELETE FROM webhooks WHERE id = ${id}::uuid RETURNING id
          ), noted AS (
            ${noting({ actor: by, action: "webhook.delete", detail: { id } }, Prisma.sql`gone`)}
          )
          SELECT id FROM gone`;
        if (rows.length === 0) throw notFound("webhook");
        return null;
      }),
    ),

  /** Deliveries of a webhook, the newest first. */
  deliveries: (
    webhookId: string,
    status: string | undefined,
    after: After<NewestFirst>,
    limit: number,
  ): Promise<DeliveryView[]> => {
    const where = [Prisma.sql`d.webhook_id = ${webhookId}::uuid`];
    if (status) where.push(Prisma.sql`d.status = ${status}`);
    if (after) where.push(Prisma.sql`(d.created_at, d.id) < (${after.createdAt}, ${after.id}::uuid)`);
    return deliveryViews(db, Prisma.join(where, " AND "), limit);
  },

  /** Makes what was sent since then, or failed to be, pending again, in its order and with the same ids. Throws `not_found`. */
  replay: (
    webhookId: string,
    { since, status }: { since: Date; status?: string | undefined },
    by: string,
    once: Once<ReplayView> | null,
  ): Promise<ReplayView> =>
    bulk.$transaction(
      (tx) =>
        doOnce(once, runIn(tx), async () => {
          if (!(await tx.webhook.count({ where: { id: webhookId } }))) throw notFound("webhook");
          const replayed = await tx.$executeRaw`
          /* replay webhook */
          UPDATE webhook_deliveries SET ${AGAIN}
          WHERE webhook_id = ${webhookId}::uuid AND created_at >= ${since} AND status <> 'pending'
            AND ${status ? Prisma.sql`status = ${status}` : Prisma.sql`true`}`;
          await tx.audit.create({ data: { actor: by, action: "webhook.replay", detail: { id: webhookId, replayed } } });
          return { replayed };
        }),
      { maxWait: REPLAY_MAX_WAIT_MS, timeout: REPLAY_TIMEOUT_MS },
    ),

  /** Makes one delivery pending again; one that is pending is due at once. Throws `not_found`. */
  replayOne: (id: string, by: string, once: Once<DeliveryView> | null): Promise<DeliveryView> =>
    db.$transaction((tx) =>
      doOnce(once, runIn(tx), async () => {
        const replayed = await tx.$executeRaw`
          /* replay delivery */
          UPDATE webhook_deliveries d SET ${AGAIN}
          WHERE d.id = ${id}::uuid AND EXISTS (SELECT 1 FROM webhooks w WHERE w.id = d.webhook_id)`;
        if (replayed === 0) throw notFound("delivery");
        await tx.audit.create({ data: { actor: by, action: "webhook.replay", detail: { delivery: id, replayed } } });
        return (await deliveryViews(tx as PrismaClient, Prisma.sql`d.id = ${id}::uuid`, 1))[0]!;
      }),
    ),

  /** Webhooks that have something due. */
  due: async (): Promise<string[]> => {
    const rows = await db.$queryRaw<{ id: string }[]>`
      ${HEADS(Prisma.sql`true`)} SELECT DISTINCT webhook_id AS id FROM heads WHERE due_at <= clock_timestamp()`;
    return rows.map((row) => row.id);
  },

  receiver: (id: string): Promise<Receiver | null> =>
    db.webhook.findUnique({ where: { id }, select: { id: true, url: true, secret: true } }),

  /** Lanes of a webhook whose next event is due, longest due first, at most 1,000. */
  dueLanes: async (webhookId: string): Promise<string[]> => {
    const rows = await db.$queryRaw<{ lane: string }[]>`
      ${HEADS(Prisma.sql`w.id = ${webhookId}::uuid`)}
      SELECT lane FROM heads WHERE due_at <= clock_timestamp() ORDER BY due_at LIMIT ${MOST_LANES}`;
    return rows.map((row) => row.lane);
  },

  /** The next event of a lane if it is due: nothing behind it goes out before it. */
  next: async (webhookId: string, lane: string): Promise<DueDelivery | null> => {
    const [row] = await db.$queryRaw<DueDelivery[]>`
      SELECT d.id, d.event_id AS "eventId", d.lane, d.attempts, e.type, e.at, e.data FROM (
        SELECT * FROM webhook_deliveries
        WHERE webhook_id = ${webhookId}::uuid AND lane = ${lane}::uuid AND status = 'pending' ORDER BY seq LIMIT 1
      ) d JOIN webhook_events e ON e.id = d.event_id
      WHERE d.next_attempt_at <= clock_timestamp() AND EXISTS (SELECT 1 FROM webhooks w WHERE w.id = d.webhook_id)`;
    return row ?? null;
  },

  /** Keeps what came of an attempt, if the delivery is still pending. After a day, and five failures, it is given up. */
  noteAttempt: async (id: string, outcome: AttemptOutcome): Promise<void> => {
    const { delivered, status, durationMs, error, retryInMs } = outcome;
    await db.$executeRaw`
      /* note attempt */
      UPDATE webhook_deliveries SET attempts = attempts + 1, attempted_at = clock_timestamp(), response_status = ${status},
        duration_ms = ${durationMs}, error = ${error}, next_attempt_at = ${inMs(retryInMs)},
        status = CASE WHEN ${delivered} THEN 'delivered'
          WHEN attempts + 1 >= ${LEAST_ATTEMPTS} AND since <= ${inMs(-GIVEN_UP_AFTER_MS * timeScale)} THEN 'failed' ELSE 'pending' END
      WHERE id = ${id}::uuid AND status = 'pending'`;
  },

  /** Tells of stops with their receipts: of each of these batches, and of the campaign if it was stopped as a whole. Once each. */
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
   * Tells of stops that died before they could, or were made by hand, once nothing of theirs is pending and no dial open.
   * How they meant to treat live calls is not known any more: `drain`. Returns how many.
   */
  tellLeftovers: async (): Promise<number> => {
    const old = inMs(-STOP_QUIET_MS * timeScale);
    const batches = await retryConflicts(() => tellBatches(db, Prisma.sql`e.at < ${old}`, "drain"));
    const campaigns = await db.$executeRaw`
      /* tell of campaigns stopped half-way */
      WITH stopped AS (
        SELECT e.id, e.campaign_id, array_agg(b.id ORDER BY b.id) FILTER (WHERE b.id IS NOT NULL) AS batch_ids,
          coalesce(sum(b.total_candidates), 0) AS total, coalesce(sum(b.completed_calls), 0) AS completed,
          coalesce(sum(b.failed_calls), 0) AS failed, coalesce(sum(b.cancelled_calls), 0) AS cancelled
        FROM webhook_events e LEFT JOIN retell_batch_calls b ON b.campaign_id = e.campaign_id AND b.status = 'cancelled'
          AND b.cancelled_at BETWEEN e.at - make_interval(secs => ${ONE_STOP_MS / 1_000}) AND e.at + make_interval(secs => ${ONE_STOP_MS / 1_000})
        WHERE e.type = 'campaign.stopped' AND e.data IS NULL AND e.at < ${old}
        GROUP BY e.id, e.campaign_id
        HAVING NOT bool_or(b.id IS NOT NULL AND ${UNSETTLED})
      )
      UPDATE webhook_events e SET seq = nextval('webhook_events_seq'), data = jsonb_build_object('campaign_id', s.campaign_id, 'batch_id', NULL,
        'cancelled_batches', coalesce(to_jsonb(s.batch_ids), '[]'), 'mode', 'drain', 'cancelled_now', s.cancelled,
        'total_candidates', s.total, 'pending_calls', 0, 'in_progress_calls', s.total - s.completed - s.failed,
        'completed_calls', s.completed, 'failed_calls', s.failed, 'cancelled_calls', s.cancelled, 'stopped_at', iso(clock_timestamp()))
      FROM stopped s WHERE e.id = s.id AND e.data IS NULL`;
    return batches + campaigns;
  },

  /** Deletes some of what was left of deleted webhooks. Returns whether there may be more. */
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

  /** Deletes some of the events that are over and old. Returns whether there may be more. */
  dropOld: async (): Promise<boolean> => {
    const dropped = await db.$executeRaw`
      /* drop old events */
      DELETE FROM webhook_events WHERE id IN (
        SELECT e.id FROM webhook_events e WHERE e.at < clock_timestamp() - make_interval(days => ${KEPT_DAYS}) AND NOT EXISTS (
          SELECT 1 FROM webhook_deliveries d WHERE d.event_id = e.id
            AND (d.status = 'pending' OR d.since > clock_timestamp() - make_interval(days => ${KEPT_DAYS}))) LIMIT ${MOST_DELETED})`;
    return dropped === MOST_DELETED;
  },
});

export type OutboxQueries = ReturnType<typeof outboxQueries>;

/** A delivery begins anew. */
const AGAIN = Prisma.sql`status = 'pending', attempts = 0, since = clock_timestamp(), next_attempt_at = clock_timestamp(), error = NULL`;

/**
 * The first pending delivery of each lane of these webhooks `w`, lane by lane along the index: as many steps as lanes,
 * however much is pending behind.
 */
const HEADS = (of: Prisma.Sql) => Prisma.sql`
  WITH RECURSIVE heads AS (
    SELECT w.id AS webhook_id, h.lane, h.next_attempt_at AS due_at FROM webhooks w, LATERAL (
      SELECT d.lane, d.next_attempt_at FROM webhook_deliveries d
      WHERE d.webhook_id = w.id AND d.status = 'pending' ORDER BY d.lane, d.seq LIMIT 1
    ) h WHERE ${of}
    UNION ALL
    SELECT p.webhook_id, h.lane, h.next_attempt_at FROM heads p, LATERAL (
      SELECT d.lane, d.next_attempt_at FROM webhook_deliveries d
      WHERE d.webhook_id = p.webhook_id AND d.status = 'pending' AND d.lane > p.lane ORDER BY d.lane, d.seq LIMIT 1
    ) h
  )`;

/** Whether a stop of batch `b` still has something to do: what is pending, or a dial that is open. */
const UNSETTLED = Prisma.sql`EXISTS (
  SELECT 1 FROM retell_calls c WHERE c.batch_id = b.id AND (c.call_status = 'pending'
    OR (c.call_status = 'in_progress' AND c.dialed_at IS NULL AND c.claimed_at > ${inMs(-LONGEST_OPEN_DIAL_MS)})))`;

/** Tells of cancelled batches, each locked first so that what ends meanwhile comes behind it, with the figures that it then has. */
const tellBatches = (db: PrismaClient, where: Prisma.Sql, mode: StopMode): Promise<number> => db.$executeRaw`
  /* tell of stopped batches */
  WITH stopped AS (
    SELECT e.id AS event_id, b.* FROM webhook_events e JOIN retell_batch_calls b ON b.id = e.batch_id
    WHERE e.type = 'batch.cancelled' AND e.data IS NULL AND ${where}
      AND NOT ${UNSETTLED}
    ORDER BY b.id FOR NO KEY UPDATE OF b
  )
  UPDATE webhook_events e SET seq = nextval('webhook_events_seq'), data = jsonb_build_object('campaign_id', s.campaign_id, 'batch_id', s.id,
    'cancelled_batches', jsonb_build_array(s.id), 'mode', ${mode}::text, 'cancelled_now', s.cancelled_calls,
    'total_candidates', s.total_candidates, 'pending_calls', 0,
    'in_progress_calls', s.total_candidates - s.completed_calls - s.failed_calls, 'completed_calls', s.completed_calls,
    'failed_calls', s.failed_calls, 'cancelled_calls', s.cancelled_calls, 'stopped_at', iso(clock_timestamp()))
  FROM stopped s WHERE e.id = s.event_id AND e.data IS NULL`;

const webhookViews = (db: PrismaClient, where: Prisma.Sql, limit: number): Promise<WebhookView[]> => db.$queryRaw`
  SELECT w.id, w.url, w.events, w.created_at, w.created_by,
    (SELECT count(*) FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.status = 'pending')::int AS pending_deliveries,
    (SELECT count(*) FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.status = 'failed')::int AS failed_deliveries
  FROM webhooks w WHERE ${where} ORDER BY w.created_at DESC, w.id DESC LIMIT ${limit}`;

const deliveryViews = (db: PrismaClient, where: Prisma.Sql, limit: number): Promise<DeliveryView[]> => db.$queryRaw`
  SELECT d.id, d.webhook_id, d.event_id, e.type, e.campaign_id, e.batch_id, d.status, d.attempts, d.created_at, d.attempted_at,
    CASE WHEN d.status = 'pending' THEN d.next_attempt_at END AS next_attempt_at, d.response_status, d.duration_ms, d.error
  FROM webhook_deliveries d JOIN webhook_events e ON e.id = d.event_id
  WHERE ${where} ORDER BY d.created_at DESC, d.id DESC LIMIT ${limit}`;
