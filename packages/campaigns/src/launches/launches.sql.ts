import { type BatchView, type LaunchPreview, RETRIABLE_REASONS } from "@ringfence/domain";
import { BY_ITSELF } from "../database/audit.ts";
import { longTransaction } from "../database/bulk.ts";
import type { Pool, PrismaClient, PrismaTransaction } from "../database/client.ts";
import { Prisma } from "../database/generated/client.js";
import { doOnce, type Once, runIn } from "../database/idempotency.ts";
import { retryConflicts } from "../database/retry.ts";
import { stoppedByTheList } from "../do-not-call/do-not-call.sql.ts";
import { isHeld } from "../holds/is-held.sql.ts";
import { batchViews } from "../reads/batch-lists.sql.ts";
import { ofCampaign } from "../reads/call-lists.sql.ts";

/** How many candidates a preview names. */
const PREVIEWED = 5;

export type LaunchOutcome =
  | { kind: "launched"; batch: BatchView }
  | { kind: "no_campaign" }
  | { kind: "campaign_paused" }
  | { kind: "campaign_archived" }
  | { kind: "nothing_to_launch" };

/** Thrown inside the transaction so that it is rolled back. */
class Undo extends Error {
  constructor(readonly outcome: LaunchOutcome) {
    super(outcome.kind);
  }
}

/** A turn higher than all turns. */
export const ALL_TURNS = 2n ** 63n - 1n;

/** A row that needs a job. */
export interface QueuedCall {
  id: string;
  batchId: string;
  turn: bigint;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Those of these job ids that may be ids of rows: somebody may have added jobs of their own. */
export const idsOfRows = (jobIds: readonly string[]): string[] => jobIds.filter((id) => UUID.test(id));

/** Launches (on the bulk pool) and records how far a batch's jobs are enqueued (on the main pool). */
export const launchQueries = ({ prisma: db, pg }: Pool, bulk: PrismaClient) => ({
  /**
   * Creates a batch of the candidates that may be called, in import order. Launches of a campaign run one at a time, by a
   * lock that a stop never takes. The last statement before the commit locks the campaign's row and checks it again: if
   * the campaign was paused or archived meanwhile, the launch is rolled back.
   */
  launch: (
    campaignId: string,
    include: "undialed" | "unreached",
    limit: number | null,
    by = BY_ITSELF,
    once: Once<BatchView> | null = null,
  ): Promise<LaunchOutcome> =>
    retryConflicts(() =>
      longTransaction(bulk, (tx) =>
        doOnce(once, runIn(tx), async () => {
          await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`launch:${campaignId}`}, 0))`;
          // Before a first ANALYZE the planner may scan the calls once per candidate, this launch's own rows included:
          // minutes for 100,000 (measured). Without nested loops it scans them once.
          await tx.$executeRaw`SELECT set_config('enable_nestloop', 'off', true)`;
          const campaign = await tx.campaign.findUnique({
            where: { id: campaignId },
            select: { status: true, archivedAt: true },
          });
          if (!campaign) throw new Undo({ kind: "no_campaign" });
          if (campaign.archivedAt) throw new Undo({ kind: "campaign_archived" });
          if (campaign.status === "paused") throw new Undo({ kind: "campaign_paused" });
          const { id: batchId } = await tx.batch.create({ data: { campaignId }, select: { id: true } });
          const before = await turnedUp(tx, campaignId);
          const rows = await insertCalls(tx, campaignId, batchId, include, limit);
          if ((await turnedUp(tx, campaignId)) !== before) throw new TurnedUp();
          if (rows === 0) throw new Undo({ kind: "nothing_to_launch" });
          const [batch] = await batchViews(tx, Prisma.sql`b.id = ${batchId}::uuid`, 1);
          await tx.audit.create({
            data: {
              actor: by,
              action: "campaign.launch",
              campaignId,
              batchId,
              detail: { include, limit, total_candidates: rows },
            },
          });
          const [still] = await tx.$queryRaw<
            { status: string; archived: boolean }[]
          >`/* still active */ SELECT status, archived_at IS NOT NULL AS archived FROM campaigns WHERE id = ${campaignId}::uuid FOR SHARE`;
          if (still?.archived) throw new Undo({ kind: "campaign_archived" });
          if (still?.status !== "active") throw new Undo({ kind: "campaign_paused" });
          return batch!;
        }),
      ),
    )
      .then((batch): LaunchOutcome => ({ kind: "launched", batch }))
      .catch((error: unknown) => {
        if (error instanceof Undo) return error.outcome;
        throw error;
      }),

  /** The candidates that a launch would call now, paused or not, and those excluded by the do-not-call list. Takes no lock that a launch or stop waits for. */
  preview: async (campaignId: string, include: "undialed" | "unreached"): Promise<LaunchPreview> => {
    const [, [row]] = await db.$transaction([
      // As in a launch: before a first ANALYZE a nested loop may take minutes.
      db.$executeRaw`SELECT set_config('enable_nestloop', 'off', true)`,
      db.$queryRaw<Omit<LaunchPreview, "include">[]>`
        WITH launched AS MATERIALIZED (
          SELECT d.ordinal, d.id, d.name, d.phone_number, n.id IS NOT NULL AS listed
          FROM candidates d LEFT JOIN do_not_call n ON n.phone_number = d.phone_number WHERE ${mayBeCalled(campaignId, include)}
        ), first AS (SELECT * FROM launched WHERE NOT listed ORDER BY ordinal, id LIMIT ${PREVIEWED})
        SELECT (SELECT count(*) FROM launched WHERE NOT listed)::int AS candidates,
          (SELECT count(*) FROM launched WHERE listed)::int AS on_do_not_call, (
          SELECT coalesce(jsonb_agg(jsonb_build_object('name', f.name, 'phone_number', f.phone_number)
            ORDER BY f.ordinal, f.id), '[]') FROM first f) AS first`,
    ]);
    return { include, ...row! };
  },

  /** Moves the origin of priorities to the current turn if no other batch has a waiting call, so that priorities stay within BullMQ's range. Returns the origin. */
  turnOrigin: async (batchId: string): Promise<bigint> => {
    await db.$executeRaw`
      UPDATE lines SET turn_origin = turn_now
      WHERE turn_origin <> turn_now AND NOT EXISTS (
        SELECT 1 FROM retell_batch_calls b
        WHERE b.completed_at IS NULL AND b.id <> ${batchId}::uuid AND EXISTS (
          SELECT 1 FROM retell_calls c WHERE c.batch_id = b.id AND c.call_status = 'pending'))`;
    const lines = await db.lines.findFirstOrThrow({ select: { turnOrigin: true } });
    return lines.turnOrigin;
  },

  /** The origin of priorities for a batch whose first pending turn may have passed: it comes at the current turn then. Moves nothing. */
  originAgain: async (firstTurn: bigint): Promise<bigint> => {
    const { turnOrigin, turnNow } = await db.lines.findFirstOrThrow({ select: { turnOrigin: true, turnNow: true } });
    return turnOrigin - (turnNow > firstTurn ? turnNow - firstTurn : 0n);
  },

  /** The next pending rows of a batch after a turn, in order, as a range of their own index. By pg alone, which a launch of 100,000 is 8 % faster for (measured). */
  pendingAfter: async (batchId: string, turn: bigint, limit: number): Promise<QueuedCall[]> => {
    const { rows } = await pg.query<Omit<QueuedCall, "turn"> & { turn: string }>(
      `/* pending after */
       SELECT id, batch_id AS "batchId", turn FROM retell_calls
       WHERE call_status IN ('pending', 'in_progress')
         AND (call_status, batch_id, turn) > ('pending', $1, $2) AND (call_status, batch_id, turn) <= ('pending', $1, $3)
       ORDER BY call_status, batch_id, turn LIMIT $4`,
      [batchId, turn, ALL_TURNS, limit],
    );
    return rows.map((row) => ({ ...row, turn: BigInt(row.turn) }));
  },

  /** Records that the jobs up to this turn are on the queue (`ALL_TURNS`: all jobs). False if the batch was braked or held, or has ended meanwhile. */
  noteEnqueued: async (batchId: string, through: bigint): Promise<boolean> => {
    const rows = await retryConflicts(
      () => db.$executeRaw`
      /* note enqueued */
      UPDATE retell_batch_calls b SET enqueued_through = greatest(b.enqueued_through, ${through}), enqueued_at = clock_timestamp()
      WHERE b.id = ${batchId}::uuid AND b.status = 'in_progress' AND NOT ${isHeld("b")}`,
    );
    return rows > 0;
  },
});

export type LaunchQueries = ReturnType<typeof launchQueries>;

/** Earlier calls after which `unreached` may call a candidate again: placed, and ended for a reason worth a retry. */
const RETRIABLE = Prisma.sql`(c.placed = 'yes' AND c.call_status = 'failed'
  AND coalesce(c.disconnection_reason = ANY (${[...RETRIABLE_REASONS]}), false))`;

/** Which candidates `d` a launch takes. The only definition, for a launch and for its preview. */
const mayBeCalled = (campaignId: string, include: "undialed" | "unreached") => Prisma.sql`
  d.campaign_id = ${campaignId}::uuid AND d.deleted_at IS NULL
  AND d.id NOT IN (${stoppedByTheList(Prisma.sql`${campaignId}::uuid`)})
  AND NOT EXISTS (
    SELECT 1 FROM retell_calls c
    WHERE ${ofCampaign(campaignId)} AND c.candidate_id = d.id
      AND (c.placed <> 'no' OR c.call_status IN ('pending', 'in_progress'))
      AND NOT ${include === "unreached" ? RETRIABLE : Prisma.sql`false`})`;

/**
 * Inserts the rows of a launch in one statement, which sees a single instant after the lock. Candidates on the do-not-call
 * list are included, so that a call shows why they were not dialled, unless a `limit` sets the number of calls.
 */
const insertCalls = (
  tx: PrismaTransaction,
  campaignId: string,
  batchId: string,
  include: "undialed" | "unreached",
  limit: number | null,
): Promise<number> => tx.$executeRaw`
  /* launch */
  INSERT INTO retell_calls (campaign_id, batch_id, candidate_id, phone_number, turn, again)
  SELECT d.campaign_id, ${batchId}::uuid, d.id, d.phone_number,
    (SELECT turn_now FROM lines) + row_number() OVER (ORDER BY d.ordinal, d.id),
    ${include === "undialed" ? Prisma.sql`false` : Prisma.sql`counted.candidate_id IS NOT NULL`}
  FROM (${limit === null ? all(campaignId, include) : firstOf(limit, campaignId, include)}) d
  ${include === "undialed" ? Prisma.empty : Prisma.sql`LEFT JOIN (SELECT c.candidate_id FROM retell_calls c WHERE ${ofCampaign(campaignId)} AND NOT c.again) counted ON counted.candidate_id = d.id`}
  ORDER BY d.ordinal, d.id`;

const all = (campaignId: string, include: "undialed" | "unreached") => Prisma.sql`
  SELECT d.campaign_id, d.id, d.phone_number, d.ordinal FROM candidates d WHERE ${mayBeCalled(campaignId, include)}`;

/** The first `limit` candidates who are not on the do-not-call list. */
const firstOf = (limit: number, campaignId: string, include: "undialed" | "unreached") => Prisma.sql`
  ${all(campaignId, include)} AND NOT EXISTS (SELECT 1 FROM do_not_call n WHERE n.phone_number = d.phone_number)
  ORDER BY d.ordinal, d.id LIMIT ${limit}`;

/** How often a call of a campaign turned out to be taken that had not been. */
async function turnedUp(tx: PrismaTransaction, campaignId: string): Promise<number> {
  const [row] = await tx.$queryRaw<
    { n: number }[]
  >`/* turned up */ SELECT turned_up AS n FROM campaign_taken WHERE campaign_id = ${campaignId}::uuid`;
  return row!.n;
}

/** A call turned up while a launch decided about its candidate: like a serialization failure, it is run again. */
class TurnedUp extends Error {
  readonly code = "40001";
}
