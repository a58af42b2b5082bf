import type { UpdateCampaign } from "@ringfence/domain";
import { BY_ITSELF } from "../database/audit.ts";
import { longTransaction } from "../database/bulk.ts";
import type { PrismaClient, PrismaTransaction } from "../database/client.ts";
import { doOnce, type Once, runIn } from "../database/idempotency.ts";
import { retryConflicts } from "../database/retry.ts";

/** The outcome of a change or deletion; unless it is `done`, nothing changed. `launching`: a launch is under way. */
export type CampaignChange = "done" | "gone" | "launching" | "busy" | "has_calls";

/** Thrown inside the transaction so that it is rolled back and stores no answer. */
class Undo extends Error {
  constructor(readonly outcome: Exclude<CampaignChange, "done">) {
    super(outcome);
  }
}

/** Changes campaigns (on the main pool) and deletes them (on the bulk pool). Archiving or deleting never overlaps a launch: the later of the two is refused. */
export const campaignChangeQueries = (db: PrismaClient, bulk: PrismaClient) => ({
  /** Changes the named fields; number and agent apply from the next call. A campaign with unfinished calls cannot be archived. */
  update: (id: string, change: UpdateCampaign, by = BY_ITSELF): Promise<CampaignChange> =>
    change.archived
      ? retryConflicts(() =>
          db.$transaction(async (tx) => {
            await holdOffLaunches(tx, id);
            return await changeFields(tx, id, change, by);
          }),
        ).catch(toOutcome)
      : changeFields(db, id, change, by),

  /** Deletes a campaign and its candidates, unless it has calls. */
  remove: (id: string, by: string, once: Once<null> | null): Promise<CampaignChange> =>
    retryConflicts(() =>
      longTransaction(bulk, (tx) =>
        doOnce(once, runIn(tx), async () => {
          await holdOffLaunches(tx, id);
          // Imports lock this row while they write, so that the statement below sees what they wrote.
          const [campaign] = await tx.$queryRaw<object[]>`
              /* lock campaign */ SELECT id FROM campaigns WHERE id = ${id}::uuid FOR UPDATE`;
          if (!campaign) throw new Undo("gone");
          const deleted = await tx.$executeRaw`
              /* delete campaign */
              WITH uncalled AS (
                SELECT g.id FROM campaigns g WHERE g.id = ${id}::uuid
                  AND NOT EXISTS (SELECT 1 FROM retell_batch_calls b WHERE b.campaign_id = g.id)
              ), people AS (
                DELETE FROM candidates d USING uncalled u WHERE d.campaign_id = u.id
              ), gone AS (
                DELETE FROM campaigns g USING uncalled u WHERE g.id = u.id RETURNING g.id, g.name
              )
              INSERT INTO audit (actor, action, campaign_id, detail)
              SELECT ${by}, 'campaign.delete', id, jsonb_build_object('name', name) FROM gone`;
          if (deleted === 0) throw new Undo("has_calls");
          return null;
        }),
      ),
    )
      .then((): CampaignChange => "done")
      .catch(toOutcome),
});

const toOutcome = (error: unknown): CampaignChange => {
  if (error instanceof Undo) return error.outcome;
  throw error;
};

/** Blocks launches of this campaign until the commit. Throws `Undo` if a launch is under way or the campaign does not exist. */
async function holdOffLaunches(tx: PrismaTransaction, id: string): Promise<void> {
  const [lock] = await tx.$queryRaw<{ free: boolean }[]>`
    SELECT pg_try_advisory_xact_lock_shared(hashtextextended('launch:' || id, 0)) AS free FROM campaigns WHERE id = ${id}::uuid`;
  if (!lock) throw new Undo("gone");
  if (!lock.free) throw new Undo("launching");
}

async function changeFields(
  db: PrismaClient | PrismaTransaction,
  id: string,
  change: UpdateCampaign,
  by: string,
): Promise<CampaignChange> {
  const [row] = await db.$queryRaw<{ busy: boolean }[]>`
    /* update campaign */
    WITH before AS (
      SELECT *, archived_at IS NOT NULL AS archived FROM campaigns WHERE id = ${id}::uuid FOR NO KEY UPDATE
    ), change AS (
      SELECT b.id, (SELECT jsonb_object_agg(field, value) FROM jsonb_each(${JSON.stringify(change)}::jsonb) asked (field, value)
        WHERE value IS DISTINCT FROM to_jsonb(b) -> field) AS detail
      FROM before b
    ), judged AS (
      SELECT c.*, coalesce((c.detail ->> 'archived')::boolean, false) AND EXISTS (
        SELECT 1 FROM retell_batch_calls b WHERE b.campaign_id = c.id AND b.completed_at IS NULL) AS busy
      FROM change c
    ), changed AS (
      UPDATE campaigns g SET name = coalesce(c.detail ->> 'name', g.name),
        from_number = coalesce(c.detail ->> 'from_number', g.from_number),
        agent_id = CASE WHEN jsonb_exists(c.detail, 'agent_id') THEN c.detail ->> 'agent_id' ELSE g.agent_id END,
        status = coalesce((c.detail ->> 'status')::campaign_status, g.status),
        archived_at = CASE (c.detail ->> 'archived')::boolean
          WHEN true THEN clock_timestamp() WHEN false THEN NULL ELSE g.archived_at END
      FROM judged c WHERE g.id = c.id AND c.detail IS NOT NULL AND NOT c.busy RETURNING g.id, c.detail
    ), entry AS (
      INSERT INTO audit (actor, action, campaign_id, detail) SELECT ${by}, 'campaign.update', id, detail FROM changed
    )
    SELECT busy FROM judged`;
  if (!row) return "gone";
  return row.busy ? "busy" : "done";
}
