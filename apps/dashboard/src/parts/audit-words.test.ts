import { AUDIT_ACTIONS } from "@ringfence/domain";
import { auditWords } from "./audit-words.ts";

test.each<[(typeof AUDIT_ACTIONS)[number], Record<string, unknown>, string]>([
  ["campaign.update", { status: "active" }, "activated the campaign"],
  ["campaign.update", { name: "x", agent_id: null }, "changed name, agent_id"],
  ["candidates.import", { created: 30, duplicates: 0, rejected_count: 0 }, "imported 30 candidates"],
  [
    "candidates.import",
    { created: 1, duplicates: 2, rejected_count: 3 },
    "imported 1 candidate, 2 duplicates skipped, 3 rejected",
  ],
  ["campaign.launch", { include: "unreached", total_candidates: 1_000 }, "launched 1,000 calls (unreached ones too)"],
  ["batch.cancel", { cancelled_now: 25, in_progress_calls: 5 }, "paused a batch: 25 cancelled, 5 calls were finishing"],
  [
    "campaign.stop",
    { cancelled_now: 0, in_progress_calls: 1, mode: "hangup" },
    "stopped all: 0 cancelled, 1 call was finishing and hung up",
  ],
  ["lines.change", { limit: 1, calls_per_second: 0 }, "set the limit to 1 line and the pace to no limit"],
  ["lines.change", { calls_per_second: 0.5 }, "set the pace to 0.5 a second"],
  ["key.delete", { name: "Night", prefix: "rf_abc" }, 'deleted the key "Night" (rf_abc...)'],
])("%s %j", (action, detail, words) => {
  expect(auditWords({ action, detail })).toBe(words);
});

test.each(AUDIT_ACTIONS)("%s has words even without details", (action) => {
  expect(auditWords({ action, detail: {} })).toMatch(/^[a-z]/);
});
