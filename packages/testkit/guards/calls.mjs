// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of other files, template strings included.
import { inFile } from "./guard.mjs";

/** Retell's word on calls, and dials whose outcome is unclear. */
export const guards = [
  ...inFile("packages/campaigns/src/calls/recover-call.ts", "packages/campaigns/src/calls/recover.int.test.ts", [
    [
      "unknown: looked up before it is given up",
      "lookups.findByCallId(claim.callId).catch(",
      "Promise.resolve(null as RetellCall | null).catch(",
      "found live",
    ],
    ["unknown: not given up before OUTCOME_UNKNOWN_AFTER_MS", "+ times.outcomeUnknownAfterMs -", "-", "list lags"],
    [
      "unknown: not given up while Retell does not answer",
      '(found === "no answer" ? times.longestCallMs : 0)',
      "0",
      "while Retell does not answer",
    ],
  ]),
  ...inFile("packages/campaigns/src/calls/settle.sql.ts", "packages/campaigns/src/calls/settle.int.test.ts", [
    [
      "webhook: settles once",
      "AND (c.call_status IN ('in_progress', 'pending')\n        OR (c.call_status = 'failed' AND c.disconnection_reason IS NULL AND c.cancelled_at IS NULL\n          AND (c.placed = 'unknown' OR c.news_at IS NOT NULL)))",
      "",
      "change nothing twice",
    ],
    [
      "a row that has an id of Retell's takes no other call's word",
      "(c.retell_call_id IS NULL AND c.id",
      "(c.id",
      "does not take another call's word",
    ],
    [
      "a call that one row has is that row's",
      "\n    AND NOT EXISTS (SELECT 1 FROM retell_calls other WHERE other.retell_call_id = ${retellCallId})))`;",
      "))`;",
      "a call that one row has",
    ],
  ]),
  ...inFile("packages/campaigns/src/calls/settle.sql.ts", "packages/campaigns/src/calls/settle-late.int.test.ts", [
    [
      "settle: not what a stop cancelled",
      "NULL AND c.cancelled_at IS NULL\n          AND",
      "NULL\n          AND",
      "cancelled by hand stays cancelled",
    ],
    [
      "settle: not what Retell refused",
      "\n          AND (c.placed = 'unknown' OR c.news_at IS NOT NULL)))",
      "))",
      "for one that Retell refused",
    ],
  ]),
  ...inFile("packages/campaigns/src/calls/evidence.sql.ts", "packages/campaigns/src/calls/lost.int.test.ts", [
    [
      "sweep: a call unknown to Retell is lost",
      "CASE WHEN ${lost(patience)} THEN 'failed' ELSE call_status END::call_status",
      "call_status",
      "three times, over five minutes",
    ],
    ["lost: not before three times", "missing_times + 1 >= ${times}", "${times}::int > 0", "without the third time"],
    [
      "lost: not before five minutes",
      " AND missing_since <= ${inMs(-forMs)})",
      " AND ${forMs}::float8 > 0)",
      "three times, over five minutes",
    ],
    [
      "lost: one that is there again begins anew",
      "clock_timestamp(), missing_since = NULL, missing_times = 0",
      "clock_timestamp()",
      "in the list, begins anew",
    ],
    [
      "lost: however old, a call that Retell confirms is kept",
      " AND news_at < ${msAgo(silentMs)}\n",
      " AND ${silentMs}::float8 > 0\n",
      "kept however old",
    ],
    [
      "lost: not while Retell answers nothing",
      "(asked_at > news_at AND asked_at > ${msAgo(silentMs)})",
      "true",
      "while Retell answers nothing",
    ],
  ]),
];
