// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of other files, template strings included.
import { inFile } from "./guard.mjs";

/** Candidates and campaigns: imports, corrections, archiving, deleting. */
export const guards = [
  ...inFile(
    "packages/campaigns/src/candidates/candidates.sql.ts",
    "packages/campaigns/src/candidates/change-candidate.int.test.ts",
    [
      [
        "candidate: not corrected while a call is unfinished",
        "NULL AND NOT ${UNFINISHED}\n            AND",
        "NULL\n            AND",
        "nothing can be changed",
      ],
      [
        "candidate: not deleted while a call is unfinished",
        "AND NOT ${UNFINISHED} FOR",
        "FOR",
        "nothing can be changed",
      ],
      ["candidate: a dialled number is not corrected", "NOT ${DIALLED})", "${DIALLED} OR true)", "was dialled"],
      [
        "candidate: no launch of their campaign meanwhile",
        'if (!lock.free) throw new Undo("launching");',
        "",
        "launch of their campaign",
      ],
    ],
  ),
  ...inFile(
    "packages/campaigns/src/candidates/imports.sql.ts",
    "packages/campaigns/src/candidates/change-candidate.int.test.ts",
    [
      [
        "candidate: an import brings a deleted one back with their calls",
        "client.query(bringBack(kept),",
        "client.query(`${bringBack(kept)} AND false`,",
        "not dialled anew",
      ],
    ],
  ),
  ...inFile(
    "packages/campaigns/src/candidates/imports.sql.ts",
    "packages/campaigns/src/candidates/import-again.int.test.ts",
    [
      [
        "import: nobody is replaced while a call of theirs is unfinished",
        "NULL AND NOT EXISTS (\n       SELECT 1 FROM retell_calls c WHERE c.candidate_id = d.id AND c.call_status IN ('pending', 'in_progress'))",
        "NULL",
        "leaves people alone",
      ],
      [
        "import: nobody is replaced while a launch is under way",
        'if (!rows[0]!.free) throw new Undo("launching");',
        "",
        "launch of the campaign is under way",
      ],
    ],
  ),
  ...inFile(
    "packages/campaigns/src/campaigns/campaign-at-retell.ts",
    "packages/campaigns/src/campaigns/campaign-at-retell.int.test.ts",
    [
      [
        "campaigns: what Retell does not have is refused",
        "if (first) throw refusal(first, unknown);",
        "",
        "is refused, with nothing done",
      ],
    ],
  ),
  ...inFile("packages/campaigns/src/campaigns/create-campaign.ts", "apps/api/src/operations/retell.int.test.ts", [
    [
      "campaigns: Retell's word counts for a new request only",
      "return await db.campaigns.create(fields, by, once, await lookUpCampaign(directory, fields));",
      "const early = (await lookUpCampaign(directory, fields))();\n    return await db.campaigns.create(fields, by, once, () => early);",
      "posted again gets its answer",
    ],
  ]),
  ...inFile(
    "packages/campaigns/src/campaigns/campaign-changes.sql.ts",
    "packages/campaigns/src/campaigns/archive-campaign.int.test.ts",
    [
      [
        "archive, delete: never while a launch is under way",
        'if (!lock.free) throw new Undo("launching");',
        "",
        "cannot be archived while a launch",
      ],
      ["archive: never with unfinished calls", "NULL AND NOT c.busy", "NULL", "unfinished calls cannot be archived"],
    ],
  ),
  ...inFile(
    "packages/campaigns/src/campaigns/campaign-changes.sql.ts",
    "packages/campaigns/src/campaigns/delete-campaign.int.test.ts",
    [
      [
        "delete: never with calls",
        "AND NOT EXISTS (SELECT 1 FROM retell_batch_calls b WHERE b.campaign_id = g.id)",
        "",
        "with calls stays",
      ],
      [
        "delete: an import that is writing is waited for",
        "${id}::uuid FOR UPDATE`;",
        "${id}::uuid`;",
        "waits for an import",
      ],
    ],
  ),
  ...inFile(
    "packages/campaigns/src/candidates/imports.sql.ts",
    "packages/campaigns/src/campaigns/delete-campaign.int.test.ts",
    [
      [
        "delete: an import asks whether its campaign is still there",
        "await keepCampaign(client, campaignId);",
        "",
        "writes after the deletion",
      ],
    ],
  ),
];
