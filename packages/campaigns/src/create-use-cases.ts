import type { Directory } from "@ringfence/retell";
import { createKey } from "./access/create-key.ts";
import { deleteKey } from "./access/delete-key.ts";
import { identifyKey, identifySession } from "./access/identify.ts";
import type { AccessDeps } from "./access/key-holder.ts";
import { makeSignInLink } from "./access/make-sign-in-link.ts";
import { redeemSignInLink, signIn } from "./access/sign-in.ts";
import { signOut } from "./access/sign-out.ts";
import type { Background } from "./background.ts";
import { settleCall } from "./calls/settle-call.ts";
import { changeCampaign } from "./campaigns/change-campaign.ts";
import { createCampaign } from "./campaigns/create-campaign.ts";
import { deleteCampaign } from "./campaigns/delete-campaign.ts";
import { listAgents, listNumbers } from "./campaigns/list-at-retell.ts";
import { correctCandidate, deleteCandidate } from "./candidates/change-candidate.ts";
import { importCandidates } from "./candidates/import-candidates.ts";
import type { Deps } from "./deps.ts";
import { addToDoNotCall } from "./do-not-call/add-to-do-not-call.ts";
import { removeFromDoNotCall } from "./do-not-call/remove-from-do-not-call.ts";
import { holdBatch, holdCampaign } from "./holds/hold-calls.ts";
import { resumeBatch, resumeCampaign } from "./holds/resume-calls.ts";
import { launchCalls } from "./launches/launch-calls.ts";
import { changeLines, resumeCalling } from "./lines/manage-lines.ts";
import { type LinesDeps, viewLines } from "./lines/view-lines.ts";
import { checkReadiness } from "./readiness.ts";
import { viewWaiting } from "./reads/view-waiting.ts";
import { cancelBatchCalls } from "./stops/cancel-batch-calls.ts";
import type { StopDeps } from "./stops/stop-batches.ts";
import { stopCampaignCalling } from "./stops/stop-campaign-calling.ts";
import { createWebhook } from "./webhooks/create-webhook.ts";
import { deleteWebhook } from "./webhooks/delete-webhook.ts";
import { replayDelivery } from "./webhooks/replay-delivery.ts";
import { replayWebhook } from "./webhooks/replay-webhook.ts";

/** The dependencies of the use cases. */
export type UseCaseDeps = Deps &
  StopDeps &
  LinesDeps &
  AccessDeps & {
    background: Background;
    /** The numbers and agents of the Retell account. */
    directory: Directory;
    /** Returns what is wrong with an address for events, null if it is valid. */
    receivers: { faultOf(url: string): string | null };
  };

/** Every use case, built once for a process. */
export const createUseCases = (deps: UseCaseDeps) => ({
  createCampaign: createCampaign(deps),
  changeCampaign: changeCampaign(deps),
  deleteCampaign: deleteCampaign(deps),
  importCandidates: importCandidates(deps),
  correctCandidate: correctCandidate(deps),
  deleteCandidate: deleteCandidate(deps),
  addToDoNotCall: addToDoNotCall(deps),
  removeFromDoNotCall: removeFromDoNotCall(deps),
  launchCalls: launchCalls(deps),
  holdBatch: holdBatch(deps),
  holdCampaign: holdCampaign(deps),
  resumeBatch: resumeBatch(deps),
  resumeCampaign: resumeCampaign(deps),
  cancelBatchCalls: cancelBatchCalls(deps),
  stopCampaignCalling: stopCampaignCalling(deps),
  settleCall: settleCall(deps),
  viewLines: viewLines(deps),
  viewWaiting: viewWaiting(deps),
  changeLines: changeLines(deps),
  resumeCalling: resumeCalling(deps),
  createWebhook: createWebhook(deps),
  deleteWebhook: deleteWebhook(deps),
  replayWebhook: replayWebhook(deps),
  replayDelivery: replayDelivery(deps),
  listNumbers: listNumbers(deps),
  listAgents: listAgents(deps),
  createKey: createKey(deps),
  deleteKey: deleteKey(deps),
  identifyKey: identifyKey(deps),
  identifySession: identifySession(deps),
  signIn: signIn(deps),
  redeemSignInLink: redeemSignInLink(deps),
  signOut: signOut(deps),
  makeSignInLink: makeSignInLink(deps),
  checkReadiness: checkReadiness(deps),
});

/** The use cases by name. */
export type UseCases = ReturnType<typeof createUseCases>;
