// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of other files, template strings included.
import { inFile } from "./guard.mjs";

/** What comes in (intake), and the doors to Redis and Retell (queue, retell). */
export const guards = [
  ...inFile("packages/retell/src/dialer.ts", "packages/campaigns/src/dispatch/retell.int.test.ts", [
    ["dial: the SDK's retries are off", "maxRetries: 0,", "maxRetries: 2,", "is sent once"],
  ]),
  ...inFile("packages/retell/src/dialer.ts", "packages/retell/src/dialer.test.ts", [
    ["dial: a connection of its own", "pipelining: 0,", "", "a connection of its own"],
    ["dial: no redirect is followed", '"error"', '"follow"'],
    ["dial: its own time-out", "{ signal: AbortSignal.timeout(access.timeoutMs) },", "{},"],
  ]),
  ...inFile("packages/retell/src/lookups.ts", "packages/campaigns/src/calls/lost.int.test.ts", [
    ["lost: an error of Retell's is no word", "UNKNOWN_ID.has(error.status))", "error.status)", "is no word on a call"],
  ]),
  ...inFile("packages/queue/src/call-worker.ts", "packages/campaigns/src/dispatch/stalled.int.test.ts", [
    ["a job is never failed for being stalled", "MOST_STALLS,", "0 * MOST_STALLS,", "never fails"],
    ["a worker takes no more jobs than it has room for", "Math.min(places, room.room())", "places", "without room"],
    [
      "a worker without room takes calls in progress",
      "resumed > 0 && (await fetch(",
      "resumed < 0 && (await fetch(",
      "without room",
    ],
  ]),
  ...inFile("packages/queue/src/call-worker.ts", "apps/worker/src/sweep.int.test.ts", [
    [
      "a worker does not spin under a rate limit",
      "if (atOnce > MOST_AT_ONCE) await sleep(FETCH_AGAIN_MS);",
      "",
      "a rate limit that somebody set",
    ],
  ]),
  ...inFile("packages/queue/src/call-worker.ts", "apps/worker/src/handover.int.test.ts", [
    [
      "a call handed back goes before all waiting ones",
      "job.changePriority({ priority: RESUMED_PRIORITY }).catch(onError);",
      "Promise.resolve(RESUMED_PRIORITY);",
      "hands its calls back at once",
    ],
  ]),
  ...inFile("packages/intake/src/tables/charset.ts", "apps/api/src/http/imports/csv-as-people-have-it.int.test.ts", [
    [
      "table: bytes that are not of the charset are refused",
      "?? charset, { fatal: true",
      "?? charset, { fatal: false",
      "charset that a client names",
    ],
  ]),
  ...inFile("packages/intake/src/tables/table.ts", "apps/api/src/http/imports/csv-as-people-have-it.int.test.ts", [
    [
      "table: a row with text behind a closing quote is refused",
      'if (isBroken) return { cells, fault: "Has text behind a closing quote" };',
      "",
      "rows that nobody can read",
    ],
    [
      "table: a letter that was lost refuses its row",
      "if (fault !== null && columns[n] !== REJECTED_BECAUSE) return { cells, fault };",
      "",
      "a letter that was lost",
    ],
  ]),
  ...inFile("packages/queue/src/connection.ts", "apps/worker/src/failover.int.test.ts", [
    [
      "Redis: a connection to what became a replica is made anew",
      "if (!saysWrongServer(error)) return",
      "return",
      "in the midst of a campaign",
    ],
  ]),
  ...inFile("packages/retell/src/directory.ts", "packages/retell/src/directory.test.ts", [
    [
      "campaigns: no other answer of Retell's means that a number is not there",
      "Set<unknown>([404, 422]);",
      "Set<unknown>([400, 401, 404, 422, 500]);",
      "is unverified, after one request",
    ],
    ["campaigns: a Retell that hangs keeps nobody waiting", "2_000;", "10_000;", "unverified within two seconds"],
  ]),
  ...inFile("packages/queue/src/connection.ts", "packages/campaigns/src/dispatch/endings.int.test.ts", [
    [
      "endings: a subscriber subscribes again by itself",
      "    autoResubscribe: false,\n",
      "",
      "closed while it subscribes again",
    ],
  ]),
];
