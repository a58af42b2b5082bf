import type { CandidateView } from "@ringfence/domain";
import type { PrismaClient, PrismaTransaction } from "../database/client.ts";
import { sqlState } from "../database/errors.ts";
import { Prisma } from "../database/generated/client.js";
import { doOnce, type Once, runIn } from "../database/idempotency.ts";
import type { After } from "../database/paging.ts";
import { retryConflicts } from "../database/retry.ts";
import type { CandidateRow } from "./imports.sql.ts";

/** A candidate with the position in the campaign. */
export type PlacedCandidate = CandidateView & { ordinal: bigint };

/** The outcome of a correction or deletion; unless it is `done`, nothing changed. */
export type CandidateChange<Result> =
  | { kind: "done"; result: Result }
  | { kind: "gone" | "launching" | "call_unfinished" | "already_dialled" | "duplicate_number" };

/** Whether a candidate has an unfinished call. */
const UNFINISHED = Prisma.sql`EXISTS (SELECT 1 FROM retell_calls c
  WHERE c.candidate_id = d.id AND c.call_status IN ('pending', 'in_progress'))`;
/** Whether a candidate has a call that rang a phone or may have. */
const DIALLED = Prisma.sql`EXISTS (SELECT 1 FROM retell_calls c WHERE c.candidate_id = d.id AND c.placed <> 'no')`;
const UNIQUE_VIOLATION = "23505";

/** Thrown inside the transaction so that it is rolled back and stores no answer. */
class Undo extends Error {
  constructor(readonly kind: Exclude<CandidateChange<never>["kind"], "done">) {
    super(kind);
  }
}

/** Candidates, singly and in pages. Changing a candidate never overlaps a launch of the campaign: the later of the two is refused. */
export const candidateQueries = (db: PrismaClient) => ({
  /** Candidates of a campaign in import order, each with its position. */
  list: (
    campaignId: string,
    after: After<{ ordinal: bigint; id: string }>,
    limit: number,
  ): Promise<PlacedCandidate[]> => {
    const beyond = after ? Prisma.sql`(d.ordinal, d.id) > (${after.ordinal}, ${after.id}::uuid)` : Prisma.sql`true`;
    return candidateViews(db, Prisma.sql`d.campaign_id = ${campaignId}::uuid AND ${beyond}`, limit);
  },

  find: async (id: string): Promise<PlacedCandidate | null> => {
    const [view] = await candidateViews(db, Prisma.sql`d.id = ${id}::uuid`, 1);
    return view ?? null;
  },

  /** Changes the named fields unless the candidate has an unfinished call; the number only if it was never dialled. */
  correct: (
    id: string,
    fields: Partial<CandidateRow>,
    by: string,
    once: Once<PlacedCandidate> | null,
  ): Promise<CandidateChange<PlacedCandidate>> =>
    changing(db, id, once, async (tx) => {
      const columns = {
        ...(fields.phoneNumber !== undefined && { phone_number: Prisma.sql`${fields.phoneNumber}` }),
        ...(fields.name !== undefined && { name: Prisma.sql`${fields.name}` }),
        ...(fields.externalId !== undefined && { external_id: Prisma.sql`${fields.externalId}` }),
        ...(fields.dynamicVariables !== undefined && {
          dynamic_variables: Prisma.sql`${JSON.stringify(fields.dynamicVariables)}::jsonb`,
        }),
      };
      const sets = Object.entries(columns).map(([name, value]) => Prisma.sql`${Prisma.raw(name)} = ${value}`);
      if (sets.length === 0) {
        const [view] = await candidateViews(tx, Prisma.sql`d.id = ${id}::uuid`, 1);
        if (!view) throw new Undo("gone");
        return view;
      }
      const number = fields.phoneNumber ?? null;
      const changed = await tx.$executeRaw`
        /* correct candidate */
        WITH changed AS (
          UPDATE candidates d SET ${Prisma.join(sets)}
          WHERE d.id = ${id}::uuid AND d.deleted_at IS NULL AND NOT ${UNFINISHED}
            AND (${number}::text IS NULL OR d.phone_number = ${number} OR NOT ${DIALLED})
          RETURNING d.id, d.campaign_id
        )
        INSERT INTO audit (actor, action, campaign_id, detail)
        SELECT ${by}, 'candidate.update', campaign_id, jsonb_build_object('id', id, 'fields', ${Object.keys(columns)}::text[])
        FROM changed`;
      if (changed === 0) throw new Undo(await whyNot(tx, id));
      const [view] = await candidateViews(tx, Prisma.sql`d.id = ${id}::uuid`, 1);
      return view!;
    }),

  /**
   * Deletes a candidate without an unfinished call. Without any calls the row is deleted; with calls, everything but the
   * number is erased, so that the number is not dialled again as a new person.
   */
  remove: (id: string, by: string, once: Once<null> | null): Promise<CandidateChange<null>> =>
    changing(db, id, once, async (tx) => {
      const changed = await tx.$executeRaw`
        /* delete candidate */
        WITH person AS (
          SELECT d.id, EXISTS (SELECT 1 FROM retell_calls c WHERE c.candidate_id = d.id) AS has_calls FROM candidates d
          WHERE d.id = ${id}::uuid AND d.deleted_at IS NULL AND NOT ${UNFINISHED} FOR UPDATE
        ), gone AS (
          DELETE FROM candidates d USING person p WHERE d.id = p.id AND NOT p.has_calls RETURNING d.id, d.campaign_id
        ), emptied AS (
          UPDATE candidates d SET deleted_at = clock_timestamp(), name = NULL, external_id = NULL, dynamic_variables = '{}'
          FROM person p WHERE d.id = p.id AND p.has_calls RETURNING d.id, d.campaign_id
        )
        INSERT INTO audit (actor, action, campaign_id, detail)
        SELECT ${by}, 'candidate.delete', campaign_id, jsonb_build_object('id', id) FROM (TABLE gone UNION ALL TABLE emptied) one`;
      if (changed === 0) throw new Undo(await whyNot(tx, id));
      return null;
    }),
});

export type CandidateQueries = ReturnType<typeof candidateQueries>;

/** Runs a change while launches of the candidate's campaign are blocked; does nothing if a launch is under way. */
const changing = <Result>(
  db: PrismaClient,
  id: string,
  once: Once<Result> | null,
  work: (tx: PrismaTransaction) => Promise<Result>,
): Promise<CandidateChange<Result>> =>
  retryConflicts(() =>
    db.$transaction((tx) =>
      doOnce(once, runIn(tx), async () => {
        const [lock] = await tx.$queryRaw<{ free: boolean }[]>`
          SELECT pg_try_advisory_xact_lock_shared(hashtextextended('launch:' || campaign_id, 0)) AS free
          FROM candidates WHERE id = ${id}::uuid AND deleted_at IS NULL`;
        if (!lock) throw new Undo("gone");
        if (!lock.free) throw new Undo("launching");
        return await work(tx);
      }),
    ),
  )
    .then((result): CandidateChange<Result> => ({ kind: "done", result }))
    .catch((error: unknown) => {
      if (error instanceof Undo) return { kind: error.kind };
      if (sqlState(error) === UNIQUE_VIOLATION) return { kind: "duplicate_number" };
      throw error;
    });

async function whyNot(tx: PrismaTransaction, id: string): Promise<"gone" | "call_unfinished" | "already_dialled"> {
  const [row] = await tx.$queryRaw<{ unfinished: boolean }[]>`
    SELECT ${UNFINISHED} AS unfinished FROM candidates d WHERE d.id = ${id}::uuid AND d.deleted_at IS NULL`;
  if (!row) return "gone";
  return row.unfinished ? "call_unfinished" : "already_dialled";
}

const candidateViews = (
  db: PrismaClient | PrismaTransaction,
  where: Prisma.Sql,
  limit: number,
): Promise<PlacedCandidate[]> => db.$queryRaw`
  SELECT d.id, d.campaign_id, d.phone_number, d.name, d.external_id, d.dynamic_variables, d.created_at, d.ordinal,
    c.call_status AS last_call_status, coalesce(c.cancelled_at IS NOT NULL, false) AS last_call_cancelled
  FROM candidates d LEFT JOIN LATERAL (
    SELECT c.call_status, c.cancelled_at FROM retell_calls c
    WHERE c.candidate_id = d.id ORDER BY c.created_at DESC, c.turn DESC LIMIT 1
  ) c ON true
  WHERE ${where} AND d.deleted_at IS NULL ORDER BY d.ordinal, d.id LIMIT ${limit}`;
