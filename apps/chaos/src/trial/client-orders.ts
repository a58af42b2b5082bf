import type { BatchView, CampaignView, HoldReceipt, Receipt } from "@ringfence/domain";
import { now } from "../clock.ts";
import { linesNow, type TrialState } from "./trial-state.ts";

/** Where campaigns of trials call from; nobody's number. */
const FROM_NUMBER = "+12025550199";

/** Makes a campaign with these candidates. */
export async function createCampaign({ world, campaigns }: TrialState, numbers: readonly string[]): Promise<void> {
  const { body } = await world.api.insist<CampaignView>("POST", "/v1/campaigns", {
    name: "Chaos",
    from_number: FROM_NUMBER,
  });
  campaigns.push({ id: body.id, batchIds: [] });
  await importCandidates(world, body.id, numbers);
}

/** Adds candidates to a campaign. */
export async function importCandidates(world: TrialState["world"], campaignId: string, numbers: readonly string[]) {
  await world.api.insist("POST", `/v1/campaigns/${campaignId}/candidates`, {
    candidates: numbers.map((phone_number) => ({ phone_number })),
  });
}

/** Launches what remains; refusals that the contract knows are fine. */
export async function launch(state: TrialState, nth: number, include: "undialed" | "unreached"): Promise<void> {
  const { world, timeline } = state;
  const campaign = state.campaigns[nth]!;
  const { status, body } = await world.api.insist<BatchView>("POST", `/v1/campaigns/${campaign.id}/launch`, {
    include,
  });
  if (status === 201) campaign.batchIds.push(body.id);
  timeline.note(
    `launch of campaign ${nth} (${include}): ${status}${status === 201 ? ` ${body.total_candidates} calls, batch ${body.id}` : ""}`,
  );
}

/** Sets a stopped campaign to active again. */
export async function activate({ world, campaigns, timeline }: TrialState, nth: number): Promise<void> {
  const { status } = await world.api.insist("PATCH", `/v1/campaigns/${campaigns[nth]!.id}`, { status: "active" });
  timeline.note(`campaign ${nth} active: ${status}`);
}

/** Pause Batch of the newest batch. */
export async function cancel(state: TrialState, nth: number, mode: "drain" | "hangup"): Promise<void> {
  const batchId = state.campaigns[nth]?.batchIds.at(-1);
  if (!batchId) return state.timeline.note(`nothing to pause in campaign ${nth} yet`);
  await receive(state, `/v1/batches/${batchId}/cancel`, mode);
}

/** Stop All. */
export async function stop(state: TrialState, nth: number, mode: "drain" | "hangup"): Promise<void> {
  await receive(state, `/v1/campaigns/${state.campaigns[nth]!.id}/stop`, mode);
}

/** Holds the newest batch, or the campaign. Returns the flag to end it by; null if there was nothing to hold. */
export async function hold(state: TrialState, nth: number, what: "batch" | "campaign"): Promise<string | null> {
  const { world, campaigns, holds, timeline } = state;
  const campaign = campaigns[nth]!;
  const batchId = campaign.batchIds.at(-1);
  if (what === "batch" && !batchId) return null;
  const flag = what === "batch" ? `/v1/batches/${batchId}` : `/v1/campaigns/${campaign.id}`;
  const { status, body, answeredAt } = await world.api.insist<HoldReceipt>("POST", `${flag}/hold`);
  timeline.note(`${flag}/hold: ${status}`);
  if (status !== 200) return null;
  holds.push({ flag, batchIds: body.held_batches, from: answeredAt, to: Number.POSITIVE_INFINITY });
  return flag;
}

/** Ends whatever this flag holds. */
export async function endHold({ world, holds, timeline }: TrialState, flag: string): Promise<void> {
  const asked = now();
  for (const each of holds) if (each.flag === flag) each.to = Math.min(each.to, asked);
  const { status, answeredAt } = await world.api.insist("POST", `${flag}/resume`);
  // A hold that was answered while this was under way may have been ended by it.
  for (const each of holds) {
    if (each.flag === flag && each.from >= asked && each.from <= answeredAt) each.to = each.from;
  }
  timeline.note(`${flag}/resume: ${status}`);
}

/** Ends every hold that was set. */
export async function endHolds(state: TrialState): Promise<void> {
  for (const { id, batchIds } of state.campaigns) {
    await endHold(state, `/v1/campaigns/${id}`);
    for (const batchId of batchIds) await endHold(state, `/v1/batches/${batchId}`);
  }
}

async function receive(
  { world, timeline, receipts }: TrialState,
  path: string,
  mode: "drain" | "hangup",
): Promise<void> {
  const { status, body, answeredAt, firstSentAt } = await world.api.insist<Receipt>("POST", path, { mode });
  timeline.note(
    `${path} (${mode}) after ${Math.round(answeredAt - firstSentAt)} ms: ${status}` +
      (status === 200 ? ` cancelled_now ${body.cancelled_now}, in progress ${body.in_progress_calls}` : ""),
  );
  if (status === 200) receipts.push({ receivedAt: answeredAt, receipt: body });
}

/** Changes limit or pace; `callsPerSecond` in real dials a second. */
export async function changeLines(
  state: TrialState,
  change: { limit?: number; callsPerSecond?: number },
): Promise<void> {
  const before = linesNow(state);
  // In force from an instant not known before the answer; until then both may be.
  const entry = {
    limit: Math.max(change.limit ?? 0, before.limit),
    callsPerSecond: before.callsPerSecond,
    from: now(),
    to: Number.POSITIVE_INFINITY,
  };
  state.lineChanges.push(entry);
  const { status, firstSentAt, answeredAt } = await state.world.api.insist("PUT", "/v1/lines", {
    ...(change.limit !== undefined && { limit: change.limit }),
    ...(change.callsPerSecond !== undefined && { calls_per_second: change.callsPerSecond }),
  });
  Object.assign(entry, {
    limit: change.limit ?? before.limit,
    callsPerSecond: change.callsPerSecond ?? before.callsPerSecond,
    from: firstSentAt,
    to: answeredAt,
  });
  state.timeline.note(`lines ${JSON.stringify(change)}: ${status}`);
}

/** An admin lifts a hold, or what slows the pace. */
export async function resume(state: TrialState): Promise<void> {
  const { status, firstSentAt, answeredAt } = await state.world.api.insist("POST", "/v1/lines/resume");
  const { limit, callsPerSecond } = linesNow(state);
  state.lineChanges.push({ limit, callsPerSecond, from: firstSentAt, to: answeredAt });
  state.timeline.note(`resume: ${status}`);
}
