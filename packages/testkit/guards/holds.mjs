// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of other files, template strings included.
import { inFile } from "./guard.mjs";

/** Holds of batches and campaigns: nobody is dialled after the answer, and every call comes back. */
export const guards = [
  ...inFile("prisma/migrations/20261204000000_holds/migration.sql", "packages/campaigns/src/holds/fence.int.test.ts", [
    [
      "hold: a claim asks for its batch's",
      "(b.held_at IS NOT NULL OR g.held_at IS NOT NULL)",
      "g.held_at IS NOT NULL",
      "of a batch",
    ],
    [
      "hold: a claim asks for its campaign's",
      "(b.held_at IS NOT NULL OR g.held_at IS NOT NULL)",
      "b.held_at IS NOT NULL",
      "of a campaign",
    ],
    ["fence: a claim looks behind it", "LANGUAGE plpgsql VOLATILE AS", "LANGUAGE plpgsql STABLE AS", "began before it"],
    [
      "fence: a claim takes the lock",
      "PERFORM pg_advisory_xact_lock_shared(hashtextextended('do-not-call', 0));",
      "",
      "began before it",
    ],
  ]),
  ...inFile("prisma/migrations/20261204000000_holds/migration.sql", "packages/campaigns/src/holds/holds.int.test.ts", [
    [
      "hold: ends with the batch",
      "IF NEW.status <> 'in_progress' THEN",
      "IF false THEN",
      "last call ends is no longer held",
    ],
  ]),
  ...inFile("packages/campaigns/src/dispatch/claims.sql.ts", "packages/campaigns/src/holds/fence.int.test.ts", [
    [
      "hold: a held call is not among the chosen",
      "FROM open_call WHERE bar IS NULL ORDER BY",
      "FROM open_call ORDER BY",
      "takes no line",
    ],
  ]),
  ...inFile("packages/campaigns/src/holds/hold-calls.ts", "packages/campaigns/src/holds/fence.int.test.ts", [
    ["hold: the answer waits behind the fence", "await db.holding.fence();", "", "waits for claims that asked before"],
    ["hold: the answer waits for open dials", "kept.open_dials > 0;", "false;", "waits for claims that asked before"],
  ]),
  ...inFile("packages/campaigns/src/holds/sharing.ts", "packages/campaigns/src/holds/sharing.test.ts", [
    [
      "fence: nobody shares one that began before",
      "next ??= running.then(start, start);\n    return next;",
      "return running;",
      "share the next",
    ],
  ]),
  ...inFile("packages/campaigns/src/holds/hold-calls.ts", "packages/campaigns/src/holds/holds.int.test.ts", [
    [
      "hold: a resume meanwhile finds its jobs again",
      "await enqueueResumed({ db, queue })(ids);",
      "",
      "while a hold removes them",
    ],
    [
      "hold: jobs leave only while it stands",
      "!signal.aborted && (await db.holding.isHeld(batchId))",
      "!signal.aborted",
      "ends before its jobs are looked for",
    ],
  ]),
  ...inFile("packages/campaigns/src/launches/launch-calls.ts", "packages/campaigns/src/holds/holds.int.test.ts", [
    [
      "launch: a resume meanwhile finds the chunk again",
      "await enqueueResumed({ db, queue })(ids);",
      "",
      "while a launcher removes the chunk",
    ],
  ]),
  ...inFile("packages/campaigns/src/launches/launches.sql.ts", "packages/campaigns/src/holds/holds.int.test.ts", [
    [
      "launch: a held batch gets no jobs",
      "AND b.status = 'in_progress' AND NOT ${isHeld(\"b\")}`",
      "AND b.status = 'in_progress'`",
      "what is launched meanwhile",
    ],
  ]),
  ...inFile("packages/campaigns/src/stops/stops.sql.ts", "packages/campaigns/src/holds/holds.int.test.ts", [
    [
      "stop: Stop All ends the campaign's hold",
      "AND status = 'paused' AND held_at IS NOT NULL",
      "AND false",
      "Stop All of held calls",
    ],
  ]),
  ...inFile("packages/campaigns/src/holds/hold-calls.ts", "packages/campaigns/src/holds/holds.int.test.ts", [
    [
      "hold: waits for earlier dials only",
      "db.holding.kept(batchIds, at)",
      "db.holding.kept(batchIds)",
      "ended while it waits",
    ],
  ]),
  ...inFile("packages/campaigns/src/sweep/patrol-queue.ts", "packages/campaigns/src/holds/holds.int.test.ts", [
    [
      "sweep: asks again whether a job is superfluous",
      " && unneeded.has(id)",
      "",
      "resumed after it had found it superfluous",
    ],
  ]),
  ...inFile("packages/campaigns/src/launches/launches.sql.ts", "packages/campaigns/src/holds/holds.int.test.ts", [
    [
      "resume: comes at the current turn",
      "turnOrigin - (turnNow > firstTurn ? turnNow - firstTurn : 0n)",
      "turnOrigin",
      "comes back at the current turn",
    ],
  ]),
  ...inFile("packages/campaigns/src/sweep/sweeps.sql.ts", "packages/campaigns/src/holds/holds.int.test.ts", [
    [
      "sweep: held calls need no job",
      "OR (c.call_status = 'pending' AND NOT ${isHeld(\"b\")})",
      "OR c.call_status = 'pending'",
      "takes those that are left",
    ],
    [
      "sweep: counts no jobs for held calls",
      'CASE WHEN ${isHeld("b")}',
      "CASE WHEN false",
      "gives a held batch no jobs",
    ],
  ]),
];
