import type { Receipt } from "../../api/types.ts";
import { receiptWords } from "./receipt-words.ts";

const RECEIPT = {
  batch_id: "b",
  mode: "drain",
  cancelled_now: 25,
  cancelled_calls: 25,
  in_progress_calls: 5,
} as Receipt;

test.each<[string, Partial<Receipt>, number | null, string[]]>([
  [
    "a pause",
    {},
    25,
    [
      "25 calls cancelled.",
      "5 calls are finishing. Nobody else is dialled.",
      "To resume: Launch Calls starts a fresh batch of the remaining 25.",
    ],
  ],
  [
    "one of each",
    { cancelled_now: 1, in_progress_calls: 1 },
    1,
    [
      "1 call cancelled.",
      "1 call is finishing. Nobody else is dialled.",
      "To resume: Launch Calls starts a fresh batch of the remaining 1.",
    ],
  ],
  [
    "a second press",
    { cancelled_now: 0, in_progress_calls: 0 },
    null,
    [
      "Nothing was left to cancel: 25 calls had been cancelled before.",
      "No call is in progress.",
      "To resume: Launch Calls starts a fresh batch of whoever was not called.",
    ],
  ],
  [
    "a stop of all, hanging up",
    { batch_id: null, mode: "hangup" },
    1_025,
    [
      "25 calls cancelled.",
      "5 calls in progress are being hung up.",
      "The campaign is paused.",
      "To resume, activate the campaign; then Launch Calls starts a fresh batch of the remaining 1,025.",
    ],
  ],
  [
    "nobody left",
    { cancelled_now: 0, cancelled_calls: 0 },
    0,
    ["Nothing was left to cancel.", "5 calls are finishing. Nobody else is dialled.", "Nobody is left to call."],
  ],
])("%s", (_what, receipt, remaining, lines) => {
  expect(receiptWords({ ...RECEIPT, ...receipt }, remaining).lines).toEqual(lines);
});
