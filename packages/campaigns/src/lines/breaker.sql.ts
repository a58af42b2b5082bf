import {
  type HoldKind,
  heldReason,
  isAccountReason,
  MOST_REFUSED_IN_A_ROW,
  MOST_UNKNOWN_IN_A_ROW,
  type Times,
  UNANSWERED_PACE_S,
} from "@ringfence/domain";
import { Prisma } from "../database/generated/client.js";
import { inMs } from "../database/in-ms.sql.ts";
import { openDial } from "../dispatch/open-dial.sql.ts";

/** The kind of the hold, null if there is none. A hold set by hand without a kind counts as `barred`, like 401; without `probe_at` it is not probed. `l` is the row of lines. */
export const HELD_KIND = Prisma.sql`CASE WHEN l.held_reason IS NOT NULL THEN coalesce(l.held_kind, 'barred') END`;

/** Lifts the hold and resets all counts before it. `by` is who lifted it, null if it was lifted automatically. */
export const liftedBy = (by: string | null): Prisma.Sql => Prisma.sql`
  held_kind = NULL, held_reason = NULL, held_since = NULL, lifted_at = clock_timestamp(), lifted_by = ${by},
  probe_at = NULL, probe_step = 0, probe_open = false, probe_call_id = NULL,
  unknown_in_a_row = 0, refused_in_a_row = 0, last_refusal = NULL`;
export const LIFTED = liftedBy(null);

/**
 * How many more dials may be without a clear answer: three, the number of unknown outcomes that holds dialling, or three
 * seconds of pace if that is more, less those that are: open, or unknown in a row. So a Retell that hangs or fails slowly
 * costs no more candidates than a Retell that fails immediately. Without a pace, and for a probe, there is no such limit.
 */
export const unansweredLeft = (times: Times): Prisma.Sql => Prisma.sql`
  (ceil(greatest(${MOST_UNKNOWN_IN_A_ROW}, ${UNANSWERED_PACE_S} * l.calls_per_second))::int
    - least(l.unknown_in_a_row, ${MOST_UNKNOWN_IN_A_ROW - 1})
    - (SELECT count(*) FROM retell_calls o WHERE ${openDial("o", times)})::int)`;

/** Whether call `c` was claimed after the last lifting; earlier calls show nothing about the present. */
export const TELLS_OF_NOW = Prisma.sql`c.claimed_at > coalesce(l.lifted_at, '-infinity')`;

/**
 * SET clauses of `lines` that hold dialling because of call `c`, and their condition: the call was claimed after the last
 * lifting. An existing hold keeps its first reason unless this call was its probe.
 */
export const heldBy = (kind: HoldKind, reason: string, times: Times): { sets: Prisma.Sql; applies: Prisma.Sql } => ({
  sets: Prisma.sql`
    held_kind = ${kind}, held_reason = ${reason}, held_since = coalesce(l.held_since, clock_timestamp()),
    probe_step = CASE WHEN ${HELD_KIND} = ${kind} THEN l.probe_step ELSE 0 END,
    probe_at = CASE WHEN ${HELD_KIND} = ${kind} THEN l.probe_at ELSE ${inMs(times.probeWaitMs(kind, 0))} END,
    probe_open = false, probe_call_id = NULL`,
  applies: Prisma.sql`${TELLS_OF_NOW} AND (l.held_reason IS NULL OR l.probe_call_id = c.id)`,
});

/**
 * CTEs after `told` (calls that have ended: id, claimed_at; with a reason that concerns the account, one). A reason that concerns the account holds dialling in the same
 * statement that frees the line. Any other reason lifts an account hold that existed when the call was claimed.
 */
export const afterEnding = (disconnectionReason: string, times: Times): Prisma.Sql => {
  if (!isAccountReason(disconnectionReason)) return afterGoodCall(Prisma.sql`true`);
  const { sets, applies } = heldBy("account", heldReason.account(disconnectionReason), times);
  return Prisma.sql`held AS (UPDATE lines l SET ${sets} FROM told c WHERE ${applies})`;
};

/** CTE after `told` (id, claimed_at): a call `c` that went well lifts an account hold that existed when it was claimed. */
export const afterGoodCall = (wentWell: Prisma.Sql): Prisma.Sql => Prisma.sql`
  lifted AS (
    UPDATE lines l SET ${LIFTED} FROM told c
    WHERE ${wentWell} AND l.held_reason IS NOT NULL AND l.held_kind = 'account' AND c.claimed_at > l.held_since
  )`;

/**
 * CTEs after `claim` (the calls of placed dials: id, claimed_at). Retell accepts calls, so the counts of unknown outcomes,
 * refusals and 429s in a row restart, and a hold that one of these calls probed is lifted. Only an account hold outlasts
 * it, until a call goes well. Writes nothing if there is nothing to reset.
 */
export const afterPlaced = Prisma.sql`
  lifted AS (
    UPDATE lines l SET ${LIFTED} FROM claim c WHERE l.probe_call_id = c.id AND ${HELD_KIND} <> 'account'
  ), calmed AS (
    UPDATE lines l SET unknown_in_a_row = 0, refused_in_a_row = 0, last_refusal = NULL,
      slow_step = CASE WHEN c.latest > l.slowed_at THEN 0 ELSE l.slow_step END
    FROM (SELECT max(claimed_at) AS latest, array_agg(id) AS ids FROM claim) c
    WHERE c.latest IS NOT NULL
      AND (l.probe_call_id IS NULL OR l.probe_call_id <> ALL (c.ids) OR coalesce(${HELD_KIND}, 'account') = 'account')
      AND (l.unknown_in_a_row > 0 OR l.refused_in_a_row > 0 OR (l.slow_step > 0 AND c.latest > l.slowed_at))
  )`;

/**
 * CTE after `claim` (the call of a dial without a clear answer): counts one more in a row; the third holds dialling. A
 * hold that this call probed becomes a hold of kind `unknown`.
 */
export const afterUnknown = (times: Times): Prisma.Sql => {
  const trips = Prisma.sql`(l.held_reason IS NULL AND l.unknown_in_a_row + 1 >= ${MOST_UNKNOWN_IN_A_ROW})`;
  const probed = Prisma.sql`(l.held_reason IS NOT NULL AND coalesce(l.probe_call_id = c.id, false))`;
  const begins = Prisma.sql`(${trips} OR (${probed} AND ${HELD_KIND} <> 'unknown'))`;
  return Prisma.sql`
  struck AS (
    UPDATE lines l SET unknown_in_a_row = l.unknown_in_a_row + 1,
      held_kind = CASE WHEN ${begins} THEN 'unknown' ELSE l.held_kind END,
      held_reason = CASE WHEN ${begins} THEN ${heldReason.unknown()} ELSE l.held_reason END,
      held_since = CASE WHEN ${trips} THEN clock_timestamp() ELSE l.held_since END,
      probe_at = CASE WHEN ${begins} THEN ${inMs(times.probeWaitMs("unknown", 0))} ELSE l.probe_at END,
      probe_step = CASE WHEN ${begins} THEN 0 ELSE l.probe_step END,
      probe_open = l.probe_open AND NOT ${begins},
      probe_call_id = CASE WHEN ${trips} OR ${probed} THEN NULL ELSE l.probe_call_id END
    FROM claim c WHERE ${TELLS_OF_NOW}
  )`;
};

/**
 * SET clauses of `lines` after a permanent refusal: one more equal refusal in a row, or the first of another kind. The
 * fifth holds dialling. Retell answers, so the count of unknown outcomes restarts.
 */
export const afterRefusal = (status: number, refusal: string, times: Times): Prisma.Sql => {
  const inARow = Prisma.sql`(CASE WHEN l.last_refusal = ${refusal} THEN l.refused_in_a_row + 1 ELSE 1 END)`;
  const trips = Prisma.sql`(l.held_reason IS NULL AND ${inARow} >= ${MOST_REFUSED_IN_A_ROW})`;
  return Prisma.sql`
    unknown_in_a_row = 0, refused_in_a_row = ${inARow}, last_refusal = ${refusal},
    held_kind = CASE WHEN ${trips} THEN 'refused' ELSE l.held_kind END,
    held_reason = CASE WHEN ${trips} THEN ${heldReason.refused(status)} ELSE l.held_reason END,
    held_since = CASE WHEN ${trips} THEN clock_timestamp() ELSE l.held_since END,
    probe_at = CASE WHEN ${trips} THEN ${inMs(times.probeWaitMs("refused", 0))} ELSE l.probe_at END,
    probe_step = CASE WHEN ${trips} THEN 0 ELSE l.probe_step END,
    probe_open = l.probe_open AND NOT ${trips},
    probe_call_id = CASE WHEN ${trips} THEN NULL ELSE l.probe_call_id END`;
};
