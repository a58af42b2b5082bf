import { RingfenceError } from "@ringfence/client";
import type { Receipt } from "../../api/types.ts";
import { receiptWords, refusalWords, resumeWords } from "./stop-words.ts";

const receipt = (change: Partial<Receipt>): Receipt => ({
  campaign_id: "c",
  batch_id: "b",
  cancelled_batches: ["b"],
  mode: "drain",
  cancelled_now: 25,
  total_candidates: 30,
  pending_calls: 0,
  in_progress_calls: 5,
  completed_calls: 0,
  failed_calls: 25,
  cancelled_calls: 25,
  stopped_at: "2026-11-25T10:41:03Z",
  ...change,
});

test.each<[string, Partial<Receipt>, string]>([
  ["a batch", {}, "25 calls cancelled | 5 calls are finishing. No other will be dialled."],
  [
    "one of each",
    { cancelled_now: 1, cancelled_calls: 1, in_progress_calls: 1 },
    "1 call cancelled | 1 call is finishing. No other will be dialled.",
  ],
  ["nothing live", { in_progress_calls: 0 }, "25 calls cancelled | No call is active any more."],
  ["hung up", { mode: "hangup" }, "25 calls cancelled | 5 calls are being hung up."],
  [
    "stopped before",
    { cancelled_now: 0 },
    "Nothing was left to cancel | The batch was already stopped: 25 calls had been cancelled before. | 5 calls are finishing. No other will be dialled.",
  ],
  [
    "nothing pending",
    { cancelled_now: 0, cancelled_calls: 0, in_progress_calls: 0 },
    "Nothing was left to cancel | No call was pending, so none was cancelled. | No call is active any more.",
  ],
  [
    "a campaign, one of its batches stopped before",
    { batch_id: null, cancelled_now: 20, cancelled_calls: 45 },
    "20 calls cancelled | With those from before, 45 are cancelled in all. | 5 calls are finishing. No other will be dialled. | The campaign is paused.",
  ],
])("the receipt of %s is put into words", (_, change, words) => {
  const { title, lines } = receiptWords(receipt(change));
  expect([title, ...lines].join(" | ")).toBe(words);
});

test.each<[Partial<Receipt>, number | null, string]>([
  [{}, 25, "To resume: Launch Calls starts a fresh batch of the remaining 25."],
  [{}, null, "To resume: Launch Calls starts a fresh batch of the remaining candidates."],
  [{}, 0, "Nobody is left to call."],
  [
    { batch_id: null },
    20,
    "To resume: Activate the campaign, then Launch Calls starts a fresh batch of the remaining 20.",
  ],
])("the next step after %j with %p left is named", (change, remaining, words) => {
  expect(resumeWords(receipt(change), remaining)).toBe(words);
});

test.each([
  ["batch_completed", "Nothing was left to cancel", true],
  ["forbidden", "Not stopped: not allowed", false],
  ["not_found", "Not stopped: no such batch", false],
  ["unauthenticated", "Not stopped: signed out", false],
  ["internal", "Not stopped", false],
  ["rate_limited", "Not stopped", false],
] as const)("a refusal as %s is put into words", (code, title, harmless) => {
  expect(refusalWords("batch", new RingfenceError(400, code, "Words"))).toMatchObject({ title, harmless });
});
