// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of other files, template strings included.
import { inFile } from "./guard.mjs";

/** What the triggers of the tables keep. */
export const guards = [
  ...inFile(
    "prisma/migrations/20261204000000_holds/migration.sql",
    "packages/campaigns/src/database/constraints.int.test.ts",
    [
      [
        "a brake is never taken back",
        "TG_OP = 'UPDATE' AND OLD.status = 'cancelled' AND NEW.status <> 'cancelled'",
        "false",
        "a cancelled batch cannot become",
      ],
    ],
  ),
  ...inFile(
    "prisma/migrations/20261122000000_first/migration.sql",
    "packages/campaigns/src/database/constraints.int.test.ts",
    [
      [
        "launch: nobody gets two unfinished calls",
        "UNIQUE INDEX retell_calls_one_unfinished",
        "INDEX retell_calls_one_unfinished",
        "two unfinished calls of one candidate",
      ],
    ],
  ),
  ...inFile(
    "prisma/migrations/20261202000000_campaign_counters/migration.sql",
    "packages/campaigns/src/dispatch/moves.int.test.ts",
    [
      [
        "whoever makes a row pending holds its batch against the brake",
        "\n      ORDER BY id FOR SHARE;",
        ";",
        "the brake was under way when the release began",
      ],
    ],
  ),
  ...inFile(
    "prisma/migrations/20261202000000_campaign_counters/migration.sql",
    "packages/campaigns/src/database/constraints.int.test.ts",
    [
      [
        "no row of a braked batch becomes pending again",
        "n.call_status = 'pending' AND o.call_status <> 'pending' AND b.status <> 'in_progress'",
        "false",
        "no row goes back to pending",
      ],
      ["no pending row is put in a braked batch", "> 0 AND EXISTS", "< 0 AND EXISTS", "no row is put in pending"],
      [
        "a row put in pending looks at its batch after it has locked it",
        "PERFORM post_to_batch(moved.batch_id, moved.rows_added, moved.completed, moved.failed, moved.cancelled);\n    IF moved.pending > 0 AND EXISTS (SELECT 1 FROM retell_batch_calls WHERE id = moved.batch_id AND status <> 'in_progress') THEN\n      RAISE EXCEPTION 'batch % is not in progress and takes no pending call', moved.batch_id USING ERRCODE = 'check_violation';\n    END IF;",
        "IF moved.pending > 0 AND EXISTS (SELECT 1 FROM retell_batch_calls WHERE id = moved.batch_id AND status <> 'in_progress') THEN\n      RAISE EXCEPTION 'batch % is not in progress and takes no pending call', moved.batch_id USING ERRCODE = 'check_violation';\n    END IF;\n    PERFORM post_to_batch(moved.batch_id, moved.rows_added, moved.completed, moved.failed, moved.cancelled);",
        "while a brake is under way",
      ],
    ],
  ),
  ...inFile(
    "prisma/migrations/20261204000000_holds/migration.sql",
    "packages/campaigns/src/do-not-call/do-not-call.int.test.ts",
    [["list: a claim that asks while it grows sees it", "plpgsql VOLATILE", "plpgsql STABLE", "sees it"]],
  ),
  ...inFile(
    "prisma/migrations/20261202000000_campaign_counters/migration.sql",
    "packages/campaigns/src/webhooks/webhook-events.int.test.ts",
    [
      [
        "events: a call's event is numbered with its batch held",
        "PERFORM FROM retell_batch_calls WHERE id = moved.batch_id FOR NO KEY UPDATE;\n      INSERT",
        "INSERT",
        "order of the commits",
      ],
      ["events: none for a cancelled call", "n.cancelled_at IS NULL\n        AND", "true\n        AND", "by hand"],
      [
        "events: none where a call only changes otherwise",
        "AND (o.call_status <> n.call_status OR o.cancelled_at IS NOT NULL);",
        ";",
        "changes nothing is not",
      ],
    ],
  ),
  ...inFile(
    "prisma/migrations/20261202000000_campaign_counters/migration.sql",
    "packages/campaigns/src/campaigns/counters.int.test.ts",
    [
      [
        "campaign: another call counts for one that is gone",
        "others > 0 AND gone",
        "others < 0 AND gone",
        "moves by hand",
      ],
      [
        "campaign: a call that turns up looks with the counters locked",
        "UPDATE campaign_taken SET turned_up = turned_up + 1 WHERE campaign_id = campaign;",
        "",
        "while its successor",
      ],
      [
        "campaign: a launch looks again at calls that are not the first",
        "array_agg(candidate_id) FILTER (WHERE again) AS gone",
        "NULL::uuid[] AS gone",
        "the first call of a candidate goes",
      ],
    ],
  ),
];
