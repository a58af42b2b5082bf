// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of other files, template strings included.
import { inFile } from "./guard.mjs";

/** The sweep: each of its repairs. */
export const guards = [
  ...inFile("packages/campaigns/src/sweep/finish-stops.ts", "packages/campaigns/src/sweep/sweep.int.test.ts", [
    [
      "sweep: open batches of paused campaigns are braked",
      "await db.stops.brakeLeftovers();",
      "0;",
      "a paused campaign with an open batch",
    ],
    [
      "sweep: braked batches are flipped",
      "await db.stops.flip(batchId);",
      "batchId ? 0 : 1;",
      "a braked batch with pending rows",
    ],
  ]),
  ...inFile("packages/campaigns/src/sweep/resume-launches.ts", "packages/campaigns/src/sweep/sweep.int.test.ts", [
    [
      "sweep: launches left half-way go on",
      "enqueueBatch(deps)(id, enqueuedThrough, signal, ",
      "Promise.resolve([enqueueBatch, signal]) ?? (",
      "its jobs are added behind",
    ],
  ]),
  ...inFile("packages/campaigns/src/sweep/sweeps.sql.ts", "packages/campaigns/src/sweep/sweep.int.test.ts", [
    [
      "sweep: a launcher at work is left alone",
      "b.enqueued_at <= ${msAgo(times.launcherQuietMs)}\n        AND b.enqueued_through",
      "b.enqueued_through",
      "made progress a moment ago",
    ],
  ]),
  ...inFile("packages/campaigns/src/sweep/sweep.ts", "packages/campaigns/src/sweep/sweep.int.test.ts", [
    [
      "sweep: the queue is rebuilt",
      "reconcileQueue(deps)",
      "async () => 0 * Number(reconcileQueue(deps))",
      "Redis lost everything",
    ],
  ]),
  ...inFile("packages/campaigns/src/sweep/sweep.ts", "packages/campaigns/src/sweep/sweep-pages.int.test.ts", [
    ["sweep: page by page", "patrolQueue(deps)", "async () => 0 * Number(patrolQueue(deps))", "hide each other"],
  ]),
  ...inFile("packages/campaigns/src/sweep/patrol-queue.ts", "packages/campaigns/src/sweep/sweep-pages.int.test.ts", [
    [
      "sweep: page by page, after two looks",
      "jobless(missing.in_progress), await jobless(missing.pending)];",
      'nextPage("in_progress"), await nextPage("pending")];',
      "hide each other",
    ],
  ]),
  ...inFile(
    "packages/campaigns/src/sweep/lift-foreign-limits.ts",
    "packages/campaigns/src/sweep/sweep-limits.int.test.ts",
    [
      ["sweep: a pause set by hand is lifted", "if (paused) await queue.letGo();", "", "a queue paused by hand"],
      [
        "sweep: a rate limit set by hand is removed",
        "Number(await queue.dropForeignLimits())",
        "0",
        "a rate limit set by hand",
      ],
    ],
  ),
  ...inFile("packages/campaigns/src/sweep/sweep.ts", "packages/campaigns/src/sweep/sweep-limits.int.test.ts", [
    [
      "sweep: calls without news are asked about",
      '{ step: "calls without news", part: "calls", run: lookUps.withoutNews },',
      "",
      "one that ended is settled",
    ],
  ]),
  ...inFile("packages/campaigns/src/sweep/look-up-calls.ts", "packages/campaigns/src/calls/lost.int.test.ts", [
    [
      "sweep: a call that the list does not show is asked for by its id",
      "!known.has(call.retellCallId))",
      "!known.has(call.retellCallId) && !call.callId)",
      "ended: settled; going on",
    ],
  ]),
  ...inFile("packages/campaigns/src/sweep/sweep.ts", "packages/campaigns/src/calls/lost.int.test.ts", [
    [
      "sweep: calls too old are lost",
      '{ step: "calls too old", part: "calls", run: lookUps.tooOld },',
      "",
      "minutes, not confirmed",
    ],
  ]),
  ...inFile("packages/campaigns/src/sweep/sweep.ts", "packages/campaigns/src/calls/given-up.int.test.ts", [
    [
      "sweep: calls given up are asked about again",
      '{ step: "calls given up", part: "calls", run: lookUps.givenUp },',
      "",
      "late evidence corrects",
    ],
  ]),
  ...inFile("packages/campaigns/src/sweep/probe-hold.ts", "packages/campaigns/src/sweep/sweep-limits.int.test.ts", [
    [
      "sweep: a hold is probed",
      'await insist(() => (answer === "ok" ? db.lines.openProbe(probe) : db.lines.readFailed(probe)));',
      "",
      "one claim is let through",
    ],
  ]),
  ...inFile(
    "packages/campaigns/src/sweep/sweeper-lock.sql.ts",
    "packages/campaigns/src/sweep/sweep-limits.int.test.ts",
    [
      ["one sweeper at a time", "rows[0]?.held === true;", "rows.length > 0;", "one is the sweeper"],
      [
        "a frozen sweeper loses its lock",
        "await client.query(`SET idle_session_timeout = ${Math.round(times.sweeperIdleMs)}`);",
        "",
        "a sweeper that no longer asks",
      ],
      ["a sweeper asks anew whether it holds the lock", "true ELSE", "false ELSE", "a sweeper that no longer asks"],
    ],
  ),
  ...inFile("packages/campaigns/src/sweep/look-up-calls.ts", "packages/campaigns/src/calls/given-up.int.test.ts", [
    ["given up: asked until Retell has answered", "await db.sweeps.noteAsked([callId]);", "", "as lost"],
  ]),
  ...inFile("packages/campaigns/src/sweep/sweep.ts", "packages/campaigns/src/webhooks/webhook-events.int.test.ts", [
    [
      "events: the sweep tells of stops that died",
      '{ step: "stops untold", part: "stops", run: () => deps.db.outbox.tellLeftovers() },',
      "",
      "told of by the sweep",
    ],
  ]),
];
