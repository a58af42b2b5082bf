// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of other files, template strings included.
import { inFile } from "./guard.mjs";

/** Lines, holds and their probes. */
export const guards = [
  ...inFile("packages/campaigns/src/lines/breaker.sql.ts", "packages/campaigns/src/lines/breaker.int.test.ts", [
    [
      "breaker: three unknown in a row hold",
      ">= ${MOST_UNKNOWN_IN_A_ROW}",
      ">= ${MOST_UNKNOWN_IN_A_ROW} * 100",
      "the third does",
    ],
    [
      "breaker: a placed dial breaks the row",
      "SET unknown_in_a_row = 0, refused_in_a_row = 0, last_refusal = NULL,",
      "SET",
      "between them begins the row anew",
    ],
    [
      "breaker: what was claimed before the last lifting tells nothing",
      "Prisma.sql`c.claimed_at > coalesce(l.lifted_at, '-infinity')`",
      "Prisma.sql`true`",
      "older than the last lifting",
    ],
    [
      "breaker: only the probe's own call lifts",
      "l.probe_call_id = c.id AND ${HELD_KIND}",
      "${HELD_KIND}",
      "and no other call",
    ],
  ]),
  ...inFile("packages/campaigns/src/lines/breaker.sql.ts", "packages/campaigns/src/lines/breaker-account.int.test.ts", [
    [
      "breaker: five refusals alike hold",
      "${MOST_REFUSED_IN_A_ROW}",
      "${MOST_REFUSED_IN_A_ROW} * 100",
      "four in a row do not hold",
    ],
    [
      "breaker: refusals that differ do not add up",
      "CASE WHEN l.last_refusal = ${refusal} THEN l.refused_in_a_row + 1 ELSE 1 END",
      "l.refused_in_a_row + 1",
      "between them begins the row anew",
    ],
    [
      "breaker: an end for want of payment holds",
      "(!isAccountReason(disconnectionReason)) return afterGoodCall(Prisma.sql`true`);",
      "(!isAccountReason(disconnectionReason) || disconnectionReason) return afterGoodCall(Prisma.sql`false`);",
      "holds dialling, told by",
    ],
    [
      "breaker: a placed dial does not lift a hold on the account",
      "c.id AND ${HELD_KIND} <> 'account'",
      "c.id",
      "is not forgotten",
    ],
    [
      "breaker: a call claimed before the hold does not lift it",
      " AND c.claimed_at > l.held_since",
      "",
      "is over when a call claimed since",
    ],
  ]),
  ...inFile("packages/campaigns/src/lines/holds.sql.ts", "packages/campaigns/src/dispatch/claims.int.test.ts", [
    [
      "breaker: a probe opens only its own hold",
      "held_since = ${heldSince}::timestamptz AND probe_step = ${step}",
      "held_reason IS NOT NULL AND ${step}::int > 0 AND ${heldSince}::text <> ''",
      "lifted meanwhile",
    ],
  ]),
  ...inFile("packages/campaigns/src/lines/holds.sql.ts", "packages/campaigns/src/sweep/sweep-limits.int.test.ts", [
    [
      "breaker: one caller takes a due probe",
      "l.probe_at <= clock_timestamp() AND l.probe_step = ${before} AND l.probe_open = ${open}",
      "${before}::int >= 0 AND ${open} IS NOT NULL",
      "of ten who take a due probe",
    ],
  ]),
  ...inFile("packages/campaigns/src/lines/lines.sql.ts", "packages/campaigns/src/lines/lines.int.test.ts", [
    [
      "429: those of one burst slow once",
      "AND l.slow_step = ${lines.slowStep}\n        AND (l.slowed_at IS NULL OR c.claimed_at > l.slowed_at)",
      "",
      "those of one burst count once",
    ],
  ]),
  ...inFile("packages/campaigns/src/lines/holds.sql.ts", "packages/campaigns/src/lines/breaker.int.test.ts", [
    [
      "breaker: a probe that nobody used does not count",
      "open ? before : before",
      "before",
      "that no call used does not count",
    ],
  ]),
  ...inFile("packages/campaigns/src/lines/lines.sql.ts", "apps/api/src/operations/audit.int.test.ts", [
    [
      "audit: nothing for a change that changes nothing",
      "changed WHERE detail <> '{}'`",
      "changed`",
      "changes nothing",
    ],
  ]),
  ...inFile("packages/campaigns/src/lines/lines.sql.ts", "packages/campaigns/src/dispatch/pace-of-claims.int.test.ts", [
    [
      "pace: a change counts from the last dial",
      "greatest(l.next_dial_at, ${afterLastDial(pace)})",
      "least(l.next_dial_at, clock_timestamp())",
      "a new one counts from the last claim",
    ],
  ]),
  ...inFile("packages/campaigns/src/lines/holds.sql.ts", "packages/campaigns/src/dispatch/pace-of-claims.int.test.ts", [
    [
      "pace: a resume counts from the last dial",
      "${afterLastDial(Prisma.sql`l.calls_per_second`)})",
      "clock_timestamp())",
      "however often lines are resumed",
    ],
  ]),
];
