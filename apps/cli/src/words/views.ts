import type { Schemas } from "@ringfence/client";
import { count, minute, plain, record, table, words } from "../terminal/text.ts";
import { blockedInWords } from "./blocked.ts";
import { remediesOf, told } from "./told.ts";

/** The figures of a batch. */
export const batchRecord = (batch: Schemas["Batch"]): string =>
  record([
    ["batch", batch.id],
    ["campaign", batch.campaign_id],
    ["status", words(batch.status)],
    ...heldRows(batch),
    ["launched", minute(batch.created_at)],
    ["cancelled", minute(batch.cancelled_at)],
    ["ended", minute(batch.completed_at)],
    ["calls", batch.total_candidates],
    ...counts(batch),
  ]);

/** An archived campaign takes no launch, whatever its status. */
const statusOf = ({ status, archived_at }: Schemas["Campaign"]): string => (archived_at ? "archived" : status);

/** The figures of a campaign. */
export const campaignRecord = (campaign: Schemas["Campaign"]): string =>
  record([
    ["campaign", campaign.id],
    ["name", campaign.name],
    ["status", statusOf(campaign)],
    ...heldRows(campaign),
    ["from number", campaign.from_number],
    ["agent", campaign.agent_id ?? "the number's own"],
    ["created", minute(campaign.created_at)],
    ["candidates", campaign.candidates],
    ["  undialed", campaign.undialed_candidates],
    ["open batches", campaign.open_batches],
    ...counts(campaign),
  ]);

type Held = Pick<Schemas["Batch"], "held_at" | "held_by" | "held_reason">;

/** Since when, by whom and why it is held; nothing if it is not. */
function heldRows({ held_at, held_by, held_reason }: Held): [string, string][] {
  if (!held_at) return [];
  return [["held", `since ${minute(held_at)} by ${held_by}${held_reason ? `: ${plain(held_reason)}` : ""}`]];
}

/** What a hold keeps. */
export const holdRecord = (receipt: Schemas["HoldReceipt"]): string =>
  record([
    receipt.batch_id ? ["batch", receipt.batch_id] : ["campaign", receipt.campaign_id],
    ...heldRows(receipt),
    ["open batches", receipt.held_batches.length],
    ["pending, wait", receipt.pending_calls],
    ["in progress, go on", receipt.in_progress_calls],
  ]);

type Counts = Pick<
  Schemas["Batch"],
  "pending_calls" | "in_progress_calls" | "completed_calls" | "failed_calls" | "cancelled_calls"
>;

function counts(of: Counts): [string, number][] {
  return [
    ["pending", of.pending_calls],
    ["in progress", of.in_progress_calls],
    ["completed", of.completed_calls],
    ["failed", of.failed_calls - of.cancelled_calls],
    ["cancelled", of.cancelled_calls],
  ];
}

/** The receipt of a stop. */
export const receiptRecord = (receipt: Schemas["Receipt"]): string =>
  record([
    receipt.batch_id ? ["batch", receipt.batch_id] : ["campaign", receipt.campaign_id],
    ["stopped at", `${receipt.stopped_at.slice(0, 19).replace("T", " ")}Z`],
    ["cancelled now", receipt.cancelled_now],
    ["calls", receipt.total_candidates],
    ...counts(receipt),
  ]);

/** The lines and their pace. */
export const linesRecord = (lines: Schemas["Lines"]): string => {
  const figures = record([
    ["lines in use", `${count(lines.in_use)} of ${count(lines.limit)}`],
    ["dials", lines.calls_per_second === 0 ? "no limit" : `at most ${count(lines.calls_per_second)} a second`],
    ["waiting", lines.waiting],
    ["workers alive", lines.workers === 0 ? "none: nobody is dialled until a worker runs" : lines.workers],
    ["blocked by", lines.blocked_by === "held" && lines.held ? "the hold" : (blockedInWords(lines) ?? "nothing")],
    ["hold", lines.held ? `${told(lines.held.reason)} (since ${minute(lines.held.since)})` : "none"],
    ...(lines.simulated ? [["Retell", "the simulator: nobody's phone rings"] satisfies [string, string]] : []),
  ]);
  return `${figures}${remediesOf([lines.held?.reason ?? null])}`;
};

/** Why calls ended, the most frequent first. */
export const reasonTable = (reasons: Schemas["ReasonCount"][]): string => {
  const rows = reasons.map(({ calls, call_status, reason }) => [calls, call_status, told(reason)]);
  return `${table(["calls", "ended as", "because of"], rows)}${remediesOf(reasons.map(({ reason }) => reason))}`;
};

/** The numbers of the Retell account, one per line. */
export const numberTable = (numbers: Schemas["RetellNumber"][]): string =>
  numbers.length === 0
    ? "The Retell account has no number."
    : table(
        ["number", "nickname", "agents"],
        numbers.map(({ phone_number, nickname, agent_ids }) => [phone_number, nickname, agent_ids.join(" ") || null]),
      );

/** The agents of the Retell account, one per line. */
export const agentTable = (agents: Schemas["RetellAgent"][]): string =>
  agents.length === 0
    ? "The Retell account has no agent that can make phone calls."
    : table(
        ["agent", "name"],
        agents.map(({ agent_id, name }) => [agent_id, name]),
      );

/** Batches, one per line. */
export const batchTable = (batches: Schemas["Batch"][]): string =>
  table(
    ["batch", "status", "launched", "calls", "pending", "in progress", "completed", "failed", "cancelled"],
    batches.map((batch) => [
      batch.id,
      words(batch.status),
      minute(batch.created_at),
      batch.total_candidates,
      ...counts(batch).map(([, value]) => value),
    ]),
  );

/** Campaigns, one per line. */
export const campaignTable = (campaigns: Schemas["Campaign"][]): string =>
  table(
    ["campaign", "name", "status", "candidates", "undialed", "open batches", "pending", "in progress"],
    campaigns.map((campaign) => [
      campaign.id,
      campaign.name,
      statusOf(campaign),
      campaign.candidates,
      campaign.undialed_candidates,
      campaign.open_batches,
      campaign.pending_calls,
      campaign.in_progress_calls,
    ]),
  );
