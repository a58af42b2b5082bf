import type { Audit } from "../api/types.ts";
import { auditWords, toneOf } from "./audit-words.ts";

const words = (action: Audit["action"], detail: Audit["detail"], actor = "Olga"): string =>
  auditWords({ id: "1", at: "2027-01-01T00:00:00Z", actor, action, campaign_id: null, batch_id: null, detail });

test.each<[Audit["action"], Audit["detail"], string]>([
  ["campaign.create", { name: "Autumn" }, "created the campaign Autumn"],
  ["campaign.update", { status: "active" }, "activated the campaign"],
  ["campaign.update", { name: "B", agent_id: null }, "renamed the campaign to B, removed the agent"],
  ["campaign.update", {}, "changed the campaign"],
  ["candidates.import", { created: 1, duplicates: 0, rejected_count: 0 }, "imported 1 candidate"],
  [
    "candidates.import",
    { created: 1_200, duplicates: 1, rejected_count: 3 },
    "imported 1,200 candidates, 1 duplicate, 3 rejected",
  ],
  ["campaign.launch", { total_candidates: 30, include: "undialed" }, "launched 30 calls"],
  [
    "batch.cancel",
    { cancelled_now: 25, in_progress_calls: 5, mode: "drain" },
    "paused a batch: 25 cancelled, 5 calls were finishing",
  ],
  [
    "campaign.stop",
    { cancelled_now: 20, in_progress_calls: 1, mode: "drain" },
    "stopped all: 20 cancelled, 1 call was finishing",
  ],
  [
    "campaign.stop",
    { cancelled_now: 2, in_progress_calls: 3, mode: "hangup" },
    "stopped all: 2 cancelled, 3 calls were being hung up",
  ],
  [
    "campaign.stop",
    { cancelled_now: 0, in_progress_calls: 0, mode: "hangup" },
    "stopped all: 0 cancelled, no call was in progress",
  ],
  ["batch.hold", { reason: "lunch" }, "held a batch: lunch"],
  ["batch.resume", {}, "resumed a batch"],
  ["campaign.hold", { reason: null }, "held the campaign"],
  ["campaign.resume", {}, "resumed the campaign"],
  ["lines.change", { limit: 10, calls_per_second: 0 }, "changed the lines: at most 10 lines, no limit on the pace"],
  ["lines.change", { calls_per_second: 0.5 }, "changed the lines: 0.5 dials a second"],
  [
    "lines.resume",
    { reason: "Retell refused the key (401)" },
    "resumed dialling, which was held: Retell refused the key (401)",
  ],
  [
    "lines.resume",
    { reason: "Cannot find requested asset under given api key." },
    "resumed dialling, which was held: The caller number or agent is not in this Retell account",
  ],
  ["key.create", { name: "Night", role: "operator" }, "created the key Night (operator)"],
  ["key.delete", { name: "Night" }, "deleted the key Night"],
])("%s %j", (action, detail, expected) => {
  expect(words(action, detail)).toBe(expected);
});

const REASON = { reason: "Retell refused the key (401): check RETELL_API_KEY" };
test.each<[Audit["action"], string]>([
  ["lines.hold", "held all dialling: Retell refused the key (401): check RETELL_API_KEY"],
  ["lines.resume", "resumed dialling by itself, which was held: Retell refused the key (401): check RETELL_API_KEY"],
])("an automatic %s is put into words", (action, expected) => {
  expect(words(action, REASON, "ringfence")).toBe(expected);
});

test("a hold stands out as a stop does, its end as a start", () => {
  expect([toneOf("lines.hold"), toneOf("lines.resume"), toneOf("lines.change")]).toEqual(["stop", "start", "other"]);
});
