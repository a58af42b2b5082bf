// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of other files, template strings included.
import { inFile } from "./guard.mjs";

/** The claim, the dial, and what a run writes down. */
export const guards = [
  ...inFile("packages/campaigns/src/dispatch/claims.sql.ts", "packages/campaigns/src/reads/plans.int.test.ts", [
    ["claim: its kept plan reads no backlog", ") IS TRUE", ")", "reads a whole table"],
  ]),
  ...inFile("packages/campaigns/src/dispatch/claims.sql.ts", "packages/campaigns/src/dispatch/claims.int.test.ts", [
    ["claim: the row is pending", " AND (c.call_status = 'pending') IS TRUE\n", "\n", "a row that is not pending"],
    [
      "claim: the batch is in progress",
      "AND EXISTS (SELECT 1 FROM retell_batch_calls b WHERE b.id = c.batch_id AND b.status = 'in_progress')",
      "",
      "a cancelled batch",
    ],
    [
      "claim: no hold",
      "WHEN l.held_reason IS NOT NULL THEN least(l.probe_open::int, l.line_limit - l.in_use)",
      "",
      "a hold",
    ],
    [
      "claim: a probe lets one through",
      "probe_open = false,\n      probe_call_id",
      "probe_call_id",
      "a hold lets one claim through",
    ],
    ["claim: a line is free", "int, l.line_limit - l.in_use) END", "int) END", "full lines"],
    [
      "claim: a line is free, with a pace",
      "int, l.line_limit - l.in_use, l.unanswered_left",
      "int, l.unanswered_left",
      "full lines and a pace",
    ],
    ["claim: the pace", "CASE WHEN l.next_dial_at > l.at THEN 0\n    WHEN", "CASE WHEN", "the pace"],
    [
      "claim: the lines are read afresh once they are locked",
      "(SELECT greatest(0, ${allowed(most)}) FROM fresh l)",
      "(SELECT greatest(0, ${allowed(most)}) FROM look l)",
      "exactly 100 of 300",
    ],
    [
      "claim: from it on a phone may have rung",
      "placed = 'unknown', error_message",
      "error_message",
      "hands over the whole dial",
    ],
  ]),
  ...inFile(
    "packages/campaigns/src/dispatch/claims.sql.ts",
    "packages/campaigns/src/dispatch/pace-of-claims.int.test.ts",
    [
      ["claim: Retell answers", "l.unanswered_left, 1 + floor(", "1 + floor(", "dials without a clear answer"],
      ["pace: no more than 20 ms of lateness are made up", "0.02;", "5;", "are as far apart as it allows"],
    ],
  ),
  ...inFile("packages/campaigns/src/dispatch/outcomes.sql.ts", "packages/campaigns/src/dispatch/moves.int.test.ts", [
    [
      "claim_no in release",
      "AND claim_no = ${claim.claimNo}\n          AND call_status = 'in_progress' AND retell_call_id IS NULL FOR",
      "AND call_status = 'in_progress' AND retell_call_id IS NULL FOR",
      "release of the claim before",
    ],
    [
      "release: not a call that Retell has",
      "'in_progress' AND retell_call_id IS NULL FOR",
      "'in_progress' FOR",
      "release of a call that Retell has",
    ],
    ["claim_no in recordPlaced", " WHERE claim_no = named", "", "recordPlaced of the claim before"],
    [
      "claim_no in recordUnknown",
      "claim_no = ${claim.claimNo} AND call_status",
      "call_status",
      "recordUnknown of the claim before",
    ],
    [
      "claim_no in refuse",
      "clock_timestamp()\n      WHERE id = ${claim.callId}::uuid AND claim_no = ${claim.claimNo}",
      "clock_timestamp()\n      WHERE id = ${claim.callId}::uuid",
      "refuse of the claim before",
    ],
    [
      "claim_no in giving up",
      "clock_timestamp())\n      WHERE id = ${claim.callId}::uuid AND claim_no = ${claim.claimNo}",
      "clock_timestamp())\n      WHERE id = ${claim.callId}::uuid",
      "giveUp of the claim before",
    ],
    [
      "release in a braked batch: cancelled",
      "CASE WHEN b.status = 'in_progress' THEN 'pending' ELSE 'failed' END::call_status",
      "'pending'::call_status",
      "in a braked batch a released row is cancelled",
    ],
    [
      "release so late that no stop waited: not counted as cancelled",
      '${claimedLately("c",',
      'true OR ${claimedLately("c",',
      "released so late",
    ],
  ]),
  ...inFile("packages/campaigns/src/dispatch/run-call.ts", "packages/campaigns/src/lines/unanswered.int.test.ts", [
    [
      "a run's own claim without an answer is given back",
      "(ownUnanswered)",
      "(!sentAt)",
      "is given back by its own run",
    ],
    [
      "a call that was not placed leaves a line that all learn of",
      'await deps.queue.announceLines().catch(() => deps.claimer.note("lines"));',
      "",
      "all workers learn that a line is free",
    ],
  ]),
  ...inFile("packages/campaigns/src/dispatch/claimer.ts", "packages/campaigns/src/lines/unanswered.int.test.ts", [
    [
      "another run's claim is not given back",
      '"interrupted" && claim.claimedBy === run.name',
      '"interrupted"',
      "never given back",
    ],
    ["a run's name outlives it", "unanswered.set(run.callId, run.name);", "", "by the next run of the call"],
    [
      "a name is never that of two runs",
      "unanswered.delete(callId);\n        const done",
      "const done",
      "of two runs that come after it",
    ],
  ]),
  ...inFile("packages/campaigns/src/dispatch/claimer.ts", "packages/campaigns/src/dispatch/when-to-ask.test.ts", [
    [
      "claimer: ends do not restart the giving way",
      "if (asking || givingWay) return;",
      "if (asking) return;",
      "however fast calls end",
    ],
    [
      "claimer: an end is no reason to ask while the pace binds",
      "else if (concerns(change)) whenFree()",
      "else soon()",
      "binds, a process asks",
    ],
    [
      "claimer: who wins every race sees the others",
      "else if (lines && lines.turnNow > ownTurn) rivalsUntil = performance.now() + RIVALS_FOR_MS;",
      "",
      "by their turns alone",
    ],
  ]),
  ...inFile("packages/campaigns/src/dispatch/claimer.ts", "packages/campaigns/src/dispatch/claimer.int.test.ts", [
    [
      "claimer: a row is asked for once at a time",
      "if (!runs.has(run.callId)) runs.set(run.callId, run);",
      "runs.set(run.name, run);",
      "that two runs of a process ask for",
    ],
    [
      "claimer: no more grants than can be started in time",
      "const most = starts.room();",
      "const most = 100;",
      "no more dials than it can start",
    ],
  ]),
  ...inFile("packages/campaigns/src/dispatch/claims.sql.ts", "packages/campaigns/src/dispatch/claimer.int.test.ts", [
    ["claim: no claim waits for a row", " SKIP LOCKED", "", "answered in part"],
  ]),
  ...inFile("packages/campaigns/src/dispatch/insist.ts", "packages/campaigns/src/dispatch/dial-call.int.test.ts", [
    [
      "what a dial told is written however often PostgreSQL is away",
      "(!isUnavailable(error))",
      "(!isUnavailable(error) || pauseMs > 0)",
      "what a dial told is written",
    ],
  ]),
  ...inFile("packages/campaigns/src/dispatch/dial-call.ts", "packages/campaigns/src/dispatch/dial-call.int.test.ts", [
    [
      "fence: a stale claim is void",
      'if (ageMs(claimSentAt) > times.staleClaimMs) return await release("stale");',
      "",
      "too old to dial",
    ],
  ]),
  ...inFile("packages/campaigns/src/dispatch/instant.ts", "packages/campaigns/src/dispatch/dial-call.int.test.ts", [
    [
      "fence: by both clocks",
      "Math.max(performance.now() - then.monotonic, Date.now() - then.wall)",
      "performance.now() - then.monotonic",
      "too old to dial",
    ],
  ]),
  ...inFile("packages/campaigns/src/dispatch/open-dial.sql.ts", "packages/campaigns/src/stops/stops.int.test.ts", [
    ["stop: an open dial is one whose request has not ended", " AND ${call}.dialed_at IS NULL", "", "an open dial"],
  ]),
  ...inFile("packages/campaigns/src/dispatch/outcomes.sql.ts", "packages/campaigns/src/lines/breaker.int.test.ts", [
    ["breaker: an unknown counts once", "\n          AND dialed_at IS NULL", "", "counts once"],
  ]),
  ...inFile(
    "packages/campaigns/src/dispatch/dial-call.ts",
    "packages/campaigns/src/lines/breaker-account.int.test.ts",
    [
      [
        "breaker: 401, 402 and 403 hold",
        '(await insist(() => db.lines.hold("barred", heldReason.barred(answer.status), call.callId)))',
        '(heldReason.barred(answer.status) === "")',
        "holds at once",
      ],
    ],
  ),
  ...inFile(
    "packages/campaigns/src/dispatch/claims.sql.ts",
    "packages/campaigns/src/do-not-call/do-not-call.int.test.ts",
    [
      ["list: a claim asks it", "dial_bar(call.phone_number, call.batch_id)", "NULL::text", "is not granted"],
      [
        "claim: a statement with a listed number grants nothing",
        " AND bool_and(bar IS DISTINCT FROM 'listed')",
        "",
        "nothing else is granted in its statement",
      ],
      ["list: a call that it stops fails", "c.id = o.id AND o.bar = 'listed'", "false", "is not granted"],
      [
        "list: a braked batch is left to its stop",
        "AND EXISTS (SELECT 1 FROM retell_batch_calls b WHERE b.id = c.batch_id AND b.status = 'in_progress')",
        "",
        "braked batch",
      ],
    ],
  ),
  ...inFile("packages/campaigns/src/dispatch/claims.sql.ts", "apps/api/src/operations/candidates.int.test.ts", [
    [
      "claim: name and external id reach the agent",
      "jsonb_strip_nulls(jsonb_build_object('name', d.name, 'external_id', d.external_id)) || d.dynamic_variables",
      "d.dynamic_variables",
      "the dial carries",
    ],
  ]),
  ...inFile("packages/campaigns/src/dispatch/outcomes.sql.ts", "packages/campaigns/src/stops/stops.int.test.ts", [
    [
      "release: reads the claim's age once the row is locked",
      "IS NULL FOR NO KEY UPDATE",
      "IS NULL",
      "a release at the age",
    ],
  ]),
];
