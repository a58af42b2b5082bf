import type { Lines } from "../../api/types.ts";
import { whyWaiting } from "./why-waiting.ts";

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
  ["stopped", batch(9, 5, "cancelled"), lines({ held, blocked_by: "held" }), null],
  ["its own calls fill the lines", batch(9, 5), lines({}), "All 5 lines are in use"],
  ["others fill the lines", batch(9, 1), lines({}), "All 5 lines are in use, 4 by other batches"],
  ["one line", batch(9, 1), lines({ limit: 1, in_use: 1 }), "The only line is in use"],
  ["the limit was lowered", batch(9, 5), lines({ limit: 2 }), "All 2 lines are in use"],
  ["held, whatever the lines", batch(9, 5), lines({ held, blocked_by: "held" }), "Dialling is held"],
  ["nobody works, whatever the lines", batch(9, 5), lines({ held, blocked_by: "no_worker" }), "No worker is running"],
  [
    "blocked while its last calls end",
    batch(0, 2),
    lines({ blocked_by: "queue_away" }),
    "Redis is away or takes no write",
  ],
  ["the next dial's time has not come", batch(9, 1), lines({ in_use: 1, blocked_by: "pace" }), null],
  [
    "Retell has answered 429",
    batch(9, 1),
    lines({ in_use: 1, blocked_by: "slowed" }),
    "Retell asks for slower dialling (429)",
  ],
])("%s", (_, figures, state, title) => {
  expect(whyWaiting(figures, state)?.title ?? null).toBe(title);
});
