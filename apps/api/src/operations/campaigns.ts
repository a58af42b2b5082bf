import {
  BatchView,
  CampaignsQuery,
  CampaignView,
  CreateCampaign,
  HoldReceipt,
  HoldRequest,
  LaunchCalls,
  LaunchPreview,
  LaunchPreviewQuery,
  notFound,
  PageQuery,
  pageOf,
  ReasonCount,
  Receipt,
  SavedCampaignView,
  StopRequest,
  StoredReceipt,
  UpdateCampaign,
} from "@ringfence/domain";
import { byTime, newestFirst, page, wholeList } from "../http/cursors.ts";
import { found } from "../http/found.ts";
import { NO_QUERY, operation } from "../http/operation.ts";
import { seenBy, seesMasked, toCampaign, toReceipt } from "../http/views.ts";
import { isKnown } from "./audit.ts";

const FROM_NUMBER = "+12025550199";

/** Campaigns, their launches, and Stop All. */
export const campaignOperations = [
  operation({
    method: "post",
    path: "/campaigns",
    id: "createCampaign",
    once: true,
    tag: "Campaigns",
    summary: "Create a campaign",
    description:
      "The campaign is active immediately and calls nobody until it is launched. Number and agent are looked up at Retell; if Retell " +
      "does not answer within two seconds the campaign is saved and the answer says `unverified`.",
    needs: "operator",
    body: { schema: CreateCampaign, example: { name: "Autumn", from_number: FROM_NUMBER } },
    answer: { status: 201, location: "campaigns", description: "The campaign", schema: SavedCampaignView },
    problems: ["unknown_number", "unknown_agent"],
    handle: ({ body, by, once }, { createCampaign }) => createCampaign(body, by, once),
  }),
  operation({
    method: "get",
    path: "/campaigns",
    id: "listCampaigns",
    tag: "Campaigns",
    summary: "List campaigns, newest first",
    needs: "viewer",
    query: CampaignsQuery,
    answer: { status: 200, description: "A page of campaigns", schema: pageOf(CampaignView) },
    handle: ({ query, role }, { db }) =>
      page(
        query,
        newestFirst,
        (after, limit) => db.campaigns.list(after, limit, query.archived === "true"),
        toCampaign(role),
      ),
  }),
  operation({
    method: "get",
    path: "/campaigns/:id",
    id: "getCampaign",
    tag: "Campaigns",
    summary: "Get a campaign",
    needs: "viewer",
    answer: { status: 200, description: "The campaign", schema: CampaignView },
    handle: async ({ id, role }, { db }) => toCampaign(role)(found(await db.campaigns.find(id), "campaign")),
  }),
  operation({
    method: "patch",
    path: "/campaigns/:id",
    id: "updateCampaign",
    tag: "Campaigns",
    summary: "Change a campaign, set it active again, or archive it",
    description:
      "Changes to number and agent apply from the next call. If the body names them, they are looked up at Retell, as for a new campaign. " +
      "Only a stop pauses a campaign. `archived: true` removes it from the lists and prevents launches; `false` brings it " +
      "back; a campaign with unfinished calls, or whose launch is under way, cannot be archived.",
    needs: "operator",
    body: { schema: UpdateCampaign, example: { status: "active" } },
    answer: { status: 200, description: "The campaign", schema: SavedCampaignView },
    problems: ["unknown_number", "unknown_agent", "campaign_busy"],
    handle: ({ id, body, by }, { changeCampaign }) => changeCampaign(id, body, by),
  }),
  operation({
    method: "delete",
    path: "/campaigns/:id",
    id: "deleteCampaign",
    once: true,
    tag: "Campaigns",
    summary: "Delete a campaign that has no calls, with its candidates",
    description:
      "Refused if the campaign was ever launched, or a launch is under way. Archive such a campaign instead.",
    needs: "operator",
    answer: { status: 204, description: "Deleted" },
    problems: ["campaign_has_calls"],
    handle: ({ id, by, once }, { deleteCampaign }) => deleteCampaign(id, by, once),
  }),
  operation({
    method: "get",
    path: "/campaigns/:id/launch",
    id: "previewLaunch",
    tag: "Campaigns",
    summary: "Preview whom a launch would call now",
    needs: "viewer",
    query: LaunchPreviewQuery,
    answer: { status: 200, description: "The number of candidates, and the first five", schema: LaunchPreview },
    handle: async ({ id, query, role }, { db }) => {
      if (!(await db.campaigns.exists(id))) throw notFound("campaign");
      return seenBy(role, await db.launches.preview(id, query.include));
    },
  }),
  operation({
    method: "post",
    path: "/campaigns/:id/launch",
    id: "launchCampaign",
    once: true,
    tag: "Campaigns",
    summary: "Launch Calls: call the remaining candidates",
    description:
      "Makes a batch of the remaining candidates in import order. `undialed` takes candidates who were never dialled; `unreached` " +
      "also those whose every call was busy, not answered, declined or failed on the way. Candidates with an unfinished call are never taken.",
    needs: "operator",
    body: { schema: LaunchCalls, example: { include: "undialed", limit: 100 }, isOptional: true },
    answer: { status: 201, location: "batches", description: "The batch", schema: BatchView },
    problems: ["campaign_paused", "campaign_archived", "nothing_to_launch"],
    handle: ({ id, body, by, once }, { launchCalls }) => launchCalls(id, body, by, once),
  }),
  operation({
    method: "post",
    path: "/campaigns/:id/stop",
    id: "stopCampaign",
    stop: true,
    tag: "Campaigns",
    summary: "Stop All: cancel every pending call of the campaign and pause it",
    description:
      "After the answer nobody else is dialled. Calls in progress end naturally; `hangup` also ends them at Retell. " +
      "May be repeated, and is never rate-limited.",
    needs: "operator",
    body: { schema: StopRequest, example: { mode: "drain" }, isOptional: true },
    answer: { status: 200, description: "The receipt", schema: Receipt },
    handle: ({ id, body, by }, { stopCampaignCalling }) => stopCampaignCalling(id, { mode: body.mode, by }),
  }),
  operation({
    method: "post",
    path: "/campaigns/:id/hold",
    id: "holdCampaign",
    tag: "Campaigns",
    summary: "Hold the campaign: the pending calls of all its batches wait until it is resumed",
    description:
      "Also those of batches launched meanwhile. Nothing is cancelled, calls in progress go on, and holds of its batches stay as they " +
      "are. May be repeated.",
    needs: "operator",
    body: { schema: HoldRequest, example: { reason: "The script is being changed" }, isOptional: true },
    answer: { status: 200, description: "What is held", schema: HoldReceipt },
    handle: ({ id, body, by }, { holdCampaign }) => holdCampaign(id, body.reason, by),
  }),
  operation({
    method: "post",
    path: "/campaigns/:id/resume",
    id: "resumeCampaign",
    tag: "Campaigns",
    summary: "Resume a held campaign: its calls are dialled again, in the old order",
    description: "May be repeated. Batches that are held themselves stay held.",
    needs: "operator",
    answer: { status: 200, description: "The campaign", schema: CampaignView },
    handle: async ({ id, by, role }, { resumeCampaign }) => toCampaign(role)(await resumeCampaign(id, by)),
  }),
  operation({
    method: "get",
    path: "/campaigns/:id/receipts",
    id: "listCampaignReceipts",
    tag: "Campaigns",
    summary: "List the receipts of every stop of the campaign and of its batches, newest first",
    description: "Repeats included, each as it was answered.",
    needs: "viewer",
    query: PageQuery,
    answer: { status: 200, description: "A page of receipts", schema: pageOf(StoredReceipt) },
    handle: async ({ id, query, role }, { db }) => {
      if (!(await isKnown(db, id))) throw notFound("campaign");
      return await page(
        query,
        byTime,
        (after, limit) => db.stops.receipts({ campaignId: id }, after, limit),
        toReceipt(role),
      );
    },
  }),
  operation({
    method: "get",
    path: "/campaigns/:id/reasons",
    id: "listCampaignReasons",
    tag: "Calls",
    summary: "Count why the calls of a campaign ended",
    needs: "viewer",
    query: NO_QUERY,
    answer: { status: 200, description: "At most 100 reasons, most frequent first", schema: pageOf(ReasonCount) },
    handle: async ({ id, role }, { db }) => {
      if (!(await db.campaigns.exists(id))) throw notFound("campaign");
      return wholeList(seenBy(role, await db.lists.reasons({ campaignId: id }, seesMasked(role))));
    },
  }),
];
