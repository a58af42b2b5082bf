import { toldToPeople } from "@ringfence/domain";
import type { Audit } from "../api/types.ts";
import { count, counted } from "./format.ts";

/** The audit's name for automatic acts. */
const BY_ITSELF = "ringfence";

/** What somebody did, as the end of a sentence that begins with their name. Never throws, because an old entry may lack newer fields. */
export function auditWords({ actor, action, detail }: Audit): string {
  const number = (name: string): number => (typeof detail[name] === "number" ? detail[name] : 0);
  const words = (name: string): string => (typeof detail[name] === "string" ? detail[name] : "");
  switch (action) {
    case "campaign.create":
      return `created the campaign ${words("name")}`;
    case "campaign.update":
      return changedCampaign(detail);
    case "candidates.import":
      return importWords(number("created"), number("duplicates"), number("rejected_count"));
    case "candidate.update":
      return `corrected a candidate${Array.isArray(detail.fields) && detail.fields.length > 0 ? `: ${detail.fields.join(", ").replaceAll("_", " ")}` : ""}`;
    case "candidate.delete":
      return "deleted a candidate";
    case "do_not_call.add":
      return `put ${counted(number("created"), "number")} on the do-not-call list`;
    case "do_not_call.remove":
      return "took a number off the do-not-call list";
    case "campaign.launch":
      return `launched ${counted(number("total_candidates"), "call")}${
        detail.include === "unreached" ? ", also to whoever was busy, did not answer or declined" : ""
      }`;
    case "batch.cancel":
      return `paused a batch: ${stopWords(number("cancelled_now"), number("in_progress_calls"), detail.mode)}`;
    case "campaign.stop":
      return `stopped all: ${stopWords(number("cancelled_now"), number("in_progress_calls"), detail.mode)}`;
    case "batch.hold":
      return `held a batch${words("reason") && `: ${words("reason")}`}`;
    case "batch.resume":
      return "resumed a batch";
    case "campaign.hold":
      return `held the campaign${words("reason") && `: ${words("reason")}`}`;
    case "campaign.resume":
      return "resumed the campaign";
    case "lines.change":
      return `changed the lines: ${lineWords(detail)}`;
    case "lines.hold":
      return words("reason") ? `held all dialling: ${toldToPeople(words("reason")).text}` : "held all dialling";
    case "lines.resume": {
      const did = actor === BY_ITSELF ? "resumed dialling by itself" : "resumed dialling";
      return words("reason") ? `${did}, which was held: ${toldToPeople(words("reason")).text}` : did;
    }
    case "key.create":
      return `created the key ${words("name")} (${words("role")})`;
    case "key.delete":
      return `deleted the key ${words("name")}`;
    case "webhook.create":
      return `created a webhook to ${words("host")}`;
    case "webhook.delete":
      return "deleted a webhook";
    case "webhook.replay":
      return `had ${counted(number("replayed"), "event")} sent again`;
    default:
      return action;
  }
}

/** Sorts of acts that a reader looks for first. */
export const toneOf = (action: Audit["action"]): "stop" | "start" | "other" =>
  action === "batch.cancel" || action === "campaign.stop" || /\.hold$/.test(action)
    ? "stop"
    : action === "campaign.launch" || /\.resume$/.test(action)
      ? "start"
      : "other";

function changedCampaign(detail: Audit["detail"]): string {
  const parts: string[] = [];
  if (detail.status === "active") parts.push("activated the campaign");
  if (typeof detail.name === "string") parts.push(`renamed the campaign to ${detail.name}`);
  if (typeof detail.from_number === "string") parts.push(`set the from number to ${detail.from_number}`);
  if (typeof detail.agent_id === "string") parts.push(`set the agent to ${detail.agent_id}`);
  if (detail.agent_id === null) parts.push("removed the agent");
  return parts.length > 0 ? parts.join(", ") : "changed the campaign";
}

function importWords(created: number, duplicates: number, rejected: number): string {
  return [
    `imported ${counted(created, "candidate")}`,
    ...(duplicates > 0 ? [counted(duplicates, "duplicate")] : []),
    ...(rejected > 0 ? [`${count(rejected)} rejected`] : []),
  ].join(", ");
}

function stopWords(cancelled: number, live: number, mode: unknown): string {
  const rest =
    live === 0
      ? "no call was in progress"
      : mode === "hangup"
        ? counted(live, "call was being hung up", "calls were being hung up")
        : counted(live, "call was finishing", "calls were finishing");
  return `${count(cancelled)} cancelled, ${rest}`;
}

function lineWords({ limit, calls_per_second: pace }: Audit["detail"]): string {
  return [
    ...(typeof limit === "number" ? [`at most ${counted(limit, "line")}`] : []),
    ...(typeof pace === "number" ? [pace === 0 ? "no limit on the pace" : `${pace} dials a second`] : []),
  ].join(", ");
}
