// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of other files, template strings included.
import { inFile } from "./guard.mjs";

/** Stops, launches, and the do-not-call list. */
export const guards = [
  ...inFile("packages/campaigns/src/stops/stop-batches.ts", "packages/campaigns/src/stops/stops.int.test.ts", [
    ["stop: waits for open dials", "&& open_dials === 0) {", ") {", "an open dial"],
    ["stop: flipped again until nothing is pending", "if (has_pending) break;", "", "pending after the flip"],
  ]),
  ...inFile("packages/campaigns/src/stops/stop-batches.ts", "packages/campaigns/src/stops/receipts.int.test.ts", [
    [
      "stop: the receipt is stored before the answer",
      "await db.stops.store(",
      "void db.stops.store(",
      "was not stored",
    ],
    [
      "stop: a lost answer leaves the brake unknown",
      "if (!wasRefused(error)) progress.braked = null;",
      "",
      "answer was lost",
    ],
    [
      "stop: braked is said once claims are void",
      "if (braked) await sleep(",
      "if (!braked) await sleep(",
      "only once no claim",
    ],
    ["stop: braked is said", "progress.braked = true;", "", "the flip failed"],
  ]),
  ...inFile(
    "packages/campaigns/src/stops/stop-campaign-calling.ts",
    "packages/campaigns/src/stops/receipts.int.test.ts",
    [["Stop All: is not braked before the pause", "progress.braked = null;", "", "a launch may begin"]],
  ),
  ...inFile("packages/campaigns/src/database/joining.ts", "packages/campaigns/src/database/joining.test.ts", [
    ["flip: one of a batch in a process", "if (running !== undefined)", "if (!underWay)", "waits until it has ended"],
  ]),
  ...inFile("packages/campaigns/src/stops/stops.sql.ts", "packages/campaigns/src/stops/stops.int.test.ts", [
    [
      "flip: no wait for another process with a connection",
      "(SELECT pg_try_advisory_xact_lock(",
      "(SELECT true FROM pg_advisory_xact_lock(",
      "nor taken for done",
    ],
    ["flip: in pieces", "const PIECE = 10_000;", "const PIECE = 100_000;", "goes in pieces"],
  ]),
  ...inFile("packages/campaigns/src/database/retry.ts", "packages/campaigns/src/stops/receipts.int.test.ts", [
    ["stop: tried again for want of a connection", " || lackedConnection(error)", "", "refused a connection"],
  ]),
  ...inFile("packages/campaigns/src/database/client.ts", "packages/campaigns/src/stops/receipts.int.test.ts", [
    ["stop: a kept connection is opened again", 'pool.on("remove", again);', "", "opened again"],
  ]),
  ...inFile("apps/api/src/http/serve-operations.ts", "apps/api/src/operations/stops.int.test.ts", [
    ["stop: refused before it began, it says so", "isStop(req) ? ofStop(error) : error", "error", "before it began"],
  ]),
  ...inFile("packages/campaigns/src/stops/stops.sql.ts", "packages/campaigns/src/stops/stops.int.test.ts", [
    ["stop: the brake", "${batchId}::uuid AND status = 'in_progress'", "${batchId}::uuid AND false", "while it flips"],
  ]),
  ...inFile("packages/campaigns/src/stops/cancel-batch-calls.ts", "packages/campaigns/src/stops/stops.int.test.ts", [
    [
      "stop: the brake comes before the flip",
      "await braking(",
      "await stops.flip(batchId);\n      await braking(",
      "while it flips",
    ],
  ]),
  ...inFile("packages/campaigns/src/stops/stop-campaign-calling.ts", "packages/campaigns/src/stops/stops.int.test.ts", [
    [
      "Stop All: brakes before it pauses",
      "first = await stops.brakeCampaign(campaignId);",
      "first: string[] = [];",
      "Stop All brakes before",
    ],
    [
      "Stop All: brakes again after the pause",
      "second = await stops.brakeCampaign(campaignId);",
      "second: string[] = [];",
      "between its brakes and the pause",
    ],
  ]),
  ...inFile("packages/campaigns/src/database/client.ts", "packages/campaigns/src/reads/plans.int.test.ts", [
    ["pages and stops: read in the order of an index", '"enable_bitmapscan=off", ', "", "reads a whole table"],
  ]),
  ...inFile("packages/campaigns/src/database/bulk.ts", "packages/campaigns/src/launches/launch.int.test.ts", [
    ["launch: plans anew", '"DISCARD PLANS"', '"SELECT 1"', "behind a small one"],
  ]),
  ...inFile("packages/campaigns/src/launches/launches.sql.ts", "packages/campaigns/src/launches/launch.int.test.ts", [
    [
      "launch: one at a time",
      "await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`launch:${campaignId}`}, 0))`;",
      "",
      "a slow launch beside a fast one",
    ],
    ["launch: begins anew if a call turns up", "throw new TurnedUp();", "{}", "turns up while"],
    [
      "launch: the pause is asked again at its end",
      '(still?.status !== "active")',
      "(!still)",
      "paused while it is launched",
    ],
  ]),
  ...inFile("packages/campaigns/src/launches/launch-calls.ts", "packages/campaigns/src/launches/enqueue.int.test.ts", [
    [
      "launch: the enqueueing ends when the batch is braked",
      "last.turn)))",
      "last.turn)) && !batchId)",
      "braked while a chunk is added",
    ],
  ]),
  ...inFile("packages/campaigns/src/launches/launch-calls.ts", "packages/campaigns/src/launches/launch.int.test.ts", [
    [
      "launch: nothing is done while Redis is away",
      "queue.checkWrites().catch(()",
      "Promise.resolve().catch(()",
      "while Redis is away",
    ],
  ]),
  ...inFile(
    "packages/campaigns/src/do-not-call/do-not-call.sql.ts",
    "packages/campaigns/src/do-not-call/do-not-call.int.test.ts",
    [["list: whoever adds waits for claims that have asked", "`${FENCE}; `", '""', "holds the listing up"]],
  ),
  ...inFile(
    "packages/campaigns/src/do-not-call/add-to-do-not-call.ts",
    "packages/campaigns/src/do-not-call/do-not-call.int.test.ts",
    [
      [
        "list: the answer waits for open dials",
        "while (await db.doNotCall.hasOpenDials()) await sleep(OPEN_DIAL_LOOK_MS);",
        "",
        "is waited for",
      ],
      ["list: who repeats waits too", "added.catch(() => undefined);", "added;", "waits too"],
    ],
  ),
  ...inFile(
    "packages/campaigns/src/launches/launches.sql.ts",
    "packages/campaigns/src/do-not-call/do-not-call.int.test.ts",
    [
      [
        "list: launches leave out whom it stopped",
        "AND d.id NOT IN (${stoppedByTheList(Prisma.sql`${campaignId}::uuid`)})",
        "",
        "leave it out",
      ],
    ],
  ),
  ...inFile(
    "packages/campaigns/src/launches/launches.sql.ts",
    "packages/campaigns/src/candidates/change-candidate.int.test.ts",
    [["candidate: a deleted one is not launched", "AND d.deleted_at IS NULL\n", "\n", "only that is left"]],
  ),
  ...inFile("packages/campaigns/src/launches/launches.sql.ts", "apps/api/src/operations/launch-preview.int.test.ts", [
    [
      "launch: a limit counts who will be dialled",
      "AND NOT EXISTS (SELECT 1 FROM do_not_call n WHERE n.phone_number = d.phone_number)",
      "",
      "a limit counts",
    ],
    ["launch: a preview does not count the listed", "launched WHERE NOT listed)", "launched)", "a limit counts"],
  ]),
  ...inFile("packages/campaigns/src/launches/launch-calls.ts", "apps/worker/src/failover.int.test.ts", [
    [
      "Redis: a launch asks for a write",
      "queue.checkWrites().catch(()",
      "queue.ping().catch(()",
      "while Redis refuses writes",
    ],
  ]),
  ...inFile(
    "packages/campaigns/src/launches/launches.sql.ts",
    "packages/campaigns/src/campaigns/archive-campaign.int.test.ts",
    [
      [
        "archive: a launch asks again at its end",
        'if (still?.archived) throw new Undo({ kind: "campaign_archived" });',
        "",
        "asks once more",
      ],
    ],
  ),
  ...inFile("packages/campaigns/src/stops/stop-batches.ts", "packages/campaigns/src/stops/stops.int.test.ts", [
    [
      "stop: its figures come behind releases under way",
      "figures.late_dials > 0",
      "figures.late_dials < 0",
      "a release at the age",
    ],
  ]),
];
