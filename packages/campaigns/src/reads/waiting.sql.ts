import type { Times, WaitingFacts } from "@ringfence/domain";
import type { PrismaClient } from "../database/client.ts";
import { Prisma } from "../database/generated/client.js";
import { msAgo } from "../database/in-ms.sql.ts";
import { afterLastDial } from "../lines/lines.sql.ts";

/** How far back dials are counted, in ms, and how many of them at most. */
const LOOK_BACK_MS = 300_000;
const MOST_DIALS = 200;

type Row = Omit<WaitingFacts, "queueAway" | "answerMs" | "campaign" | "batch"> &
  Record<`${"campaign" | "batch"}_${"at" | "by" | "reason"}`, never>;

/** Why the calls of a batch wait. */
export const waitingQueries = (db: PrismaClient, times: Times) => ({
  /**
   * What PostgreSQL knows of it, at one instant; null if there is no such batch. The dials counted are the latest by turn,
   * from the highest turn that was claimed down.
   */
  waiting: async (batchId: string): Promise<Omit<WaitingFacts, "queueAway" | "answerMs"> | null> => {
    const [row] = await db.$queryRaw<Row[]>`
      /* waiting */
      SELECT clock_timestamp() AS now, b.status = 'in_progress' AS open, b.pending_calls AS pending, b.in_progress_calls AS "ownInUse",
        b.held_at AS batch_at, b.held_by AS batch_by, b.held_reason AS batch_reason,
        g.held_at AS campaign_at, g.held_by AS campaign_by, g.held_reason AS campaign_reason,
        l.held_reason AS "linesHeld", l.probe_at AS "probeAt", l.in_use AS "inUse", l.line_limit AS limit,
        l.calls_per_second AS "callsPerSecond", l.next_dial_at AS "nextDialAt",
        l.slow_step > 0 AND l.next_dial_at > ${afterLastDial(Prisma.sql`l.calls_per_second`)} AS slowed,
        (SELECT count(*) FROM workers w WHERE w.beat_at > now() - make_interval(secs => ${times.workerAliveMs / 1_000}))::int AS workers,
        recent.dials, recent."overMs", recent."meanMs"
      FROM batch_view b JOIN campaigns g ON g.id = b.campaign_id CROSS JOIN lines l, LATERAL (
        SELECT count(*)::int AS dials,
          coalesce(extract(epoch FROM clock_timestamp() - min(c.claimed_at)) * 1000, 0)::float8 AS "overMs",
          coalesce(avg(extract(epoch FROM c.ended_at - c.claimed_at)) * 1000, 0)::float8 AS "meanMs"
        FROM (
          SELECT claimed_at, ended_at FROM retell_calls
          WHERE batch_id = ${batchId}::uuid AND turn <= l.turn_now ORDER BY batch_id DESC, turn DESC LIMIT ${MOST_DIALS}
        ) c WHERE c.claimed_at > ${msAgo(LOOK_BACK_MS)}
      ) recent
      WHERE b.id = ${batchId}::uuid`;
    if (!row) return null;
    const { campaign_at, campaign_by, campaign_reason, batch_at, batch_by, batch_reason, ...facts } = row;
    return {
      ...facts,
      campaign: { at: campaign_at, by: campaign_by, reason: campaign_reason },
      batch: { at: batch_at, by: batch_by, reason: batch_reason },
    };
  },
});

export type WaitingQueries = ReturnType<typeof waitingQueries>;
