import type { Lines } from "../../api/types.ts";
import { heldInWords, whyWaiting } from "./why-waiting.ts";

const lines = (change: Partial<Lines>): Lines => ({
  limit: 5,
  in_use: 5,
  calls_per_second: 1,
  waiting: 9,
  held: null,
  next_dial_at: "2026-01-01T00:00:00.000Z",
  workers: 1,
  blocked_by: null,
  simulated: false,
  ...change,
});
const batch = (
  pending_calls: number,
  in_progress_calls: number,
  status: "in_progress" | "cancelled" = "in_progress",
) => ({
  status,
  pending_calls,
  in_progress_calls,
});
const held = { reason: "Retell refused the key (401)", since: "2026-11-25T10:00:00Z" };

test.each([
  ["a line is free", batch(9, 4), lines({ in_use: 4 }), null],
  ["nothing is pending", batch(0, 5), lines({}), null],
  ["stopped", batch(9, 5, "cancelled"), lines({ held }), null],
  ["its own calls fill the lines", batch(9, 5), lines({}), "All 5 lines are in use"],
  ["others fill the lines", batch(9, 1), lines({}), "All 5 lines are in use, 4 by other batches"],
  ["one line", batch(9, 1), lines({ limit: 1, in_use: 1 }), "The only line is in use"],
  ["the limit was lowered", batch(9, 5), lines({ limit: 2 }), "All 2 lines are in use"],
  ["held, whatever the lines", batch(9, 5), lines({ held }), "Dialling is held"],
])("%s", (_, figures, state, title) => {
  expect(whyWaiting(figures, state)?.title ?? null).toBe(title);
});

test.each([
  ["Retell refused the key (401): check RETELL_API_KEY", "Retell refused the key (401): check RETELL_API_KEY."],
  [
    "Retell refused 5 calls in a row alike (422): Cannot find requested asset under given api key.",
    "Retell refused 5 calls in a row alike (422): The caller number or agent is not in this Retell account. " +
      "Edit the campaign and choose a number and an agent that are in the account.",
  ],
])("the reason of a hold is told as what it means: %s", (reason, told) => {
  expect(heldInWords(reason)).toBe(told);
});
