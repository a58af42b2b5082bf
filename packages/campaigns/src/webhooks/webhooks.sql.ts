import {
  type DeliveryView,
  type EventType,
  MOST_WEBHOOKS,
  notFound,
  type ReplayView,
  type WebhookView,
} from "@ringfence/domain";
import { noting } from "../database/audit.ts";
import { longTransaction } from "../database/bulk.ts";
import type { PrismaClient, PrismaTransaction } from "../database/client.ts";
import { Prisma } from "../database/generated/client.js";
import { doOnce, type Once, runIn } from "../database/idempotency.ts";
import type { After, NewestFirst } from "../database/paging.ts";

/** Webhooks, the log of their deliveries, and replays. */
export const webhookQueries = (db: PrismaClient, bulk: PrismaClient) => ({
  /** Stores a webhook and records its creator in the audit; null if there are too many webhooks. */
  create: async (
    fields: { url: string; events: readonly EventType[]; secret: string },
    by: string,
  ): Promise<WebhookView | null> => {
    const { url, events, secret } = fields;
    const [made] = await db.$queryRaw<WebhookView[]>`
      WITH made AS (
        INSERT INTO webhooks (url, events, secret, created_by)
        SELECT ${url}, ${[...events]}::text[], ${secret}, ${by} WHERE (SELECT count(*) FROM webhooks) < ${MOST_WEBHOOKS}
        RETURNING id, url, events, created_at, created_by
      ), noted AS (
        ${noting({ actor: by, action: "webhook.create", detail: { host: new URL(url).host, events } }, Prisma.sql`made`)}
      )
      SELECT *, 0 AS pending_deliveries, 0 AS failed_deliveries FROM made`;
    return made ?? null;
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

  /** Deletes a webhook; nothing more is sent to it. The sweep deletes its deliveries later. Throws `not_found`. */
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

  /** Deliveries of a webhook, newest first. */
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

  /** Makes delivered and failed deliveries since a time pending again, in order and with the same ids. Throws `not_found`. */
  replay: (
    webhookId: string,
    { since, status }: { since: Date; status?: string | undefined },
    by: string,
    once: Once<ReplayView> | null,
  ): Promise<ReplayView> =>
    longTransaction(bulk, (tx) =>
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
    ),

  /** Makes one delivery pending again; a pending delivery becomes due immediately. Throws `not_found`. */
  replayOne: (id: string, by: string, once: Once<DeliveryView> | null): Promise<DeliveryView> =>
    db.$transaction((tx) =>
      doOnce(once, runIn(tx), async () => {
        const replayed = await tx.$executeRaw`
          /* replay delivery */
          UPDATE webhook_deliveries d SET ${AGAIN}
          WHERE d.id = ${id}::uuid AND EXISTS (SELECT 1 FROM webhooks w WHERE w.id = d.webhook_id)`;
        if (replayed === 0) throw notFound("delivery");
        await tx.audit.create({ data: { actor: by, action: "webhook.replay", detail: { delivery: id, replayed } } });
        return (await deliveryViews(tx, Prisma.sql`d.id = ${id}::uuid`, 1))[0]!;
      }),
    ),
});

export type WebhookQueries = ReturnType<typeof webhookQueries>;

/** SET clauses that restart a delivery. */
const AGAIN = Prisma.sql`status = 'pending', attempts = 0, since = clock_timestamp(), next_attempt_at = clock_timestamp(), error = NULL, failing_since = NULL`;

const webhookViews = (db: PrismaClient, where: Prisma.Sql, limit: number): Promise<WebhookView[]> => db.$queryRaw`
  SELECT w.id, w.url, w.events, w.created_at, w.created_by,
    (SELECT count(*) FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.status = 'pending')::int AS pending_deliveries,
    (SELECT count(*) FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.status = 'failed')::int AS failed_deliveries
  FROM webhooks w WHERE ${where} ORDER BY w.created_at DESC, w.id DESC LIMIT ${limit}`;

const deliveryViews = (
  db: PrismaClient | PrismaTransaction,
  where: Prisma.Sql,
  limit: number,
): Promise<DeliveryView[]> => db.$queryRaw`
  SELECT d.id, d.webhook_id, d.event_id, e.type, e.campaign_id, e.batch_id, d.status, d.attempts, d.created_at, d.attempted_at,
    CASE WHEN d.status = 'pending' THEN d.next_attempt_at END AS next_attempt_at, d.response_status, d.duration_ms, d.error
  FROM webhook_deliveries d JOIN webhook_events e ON e.id = d.event_id
  WHERE ${where} ORDER BY d.created_at DESC, d.id DESC LIMIT ${limit}`;
