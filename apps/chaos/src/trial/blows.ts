import { sleep } from "../clock.ts";
import type { Who } from "../plan/orders.ts";
import { disturb } from "./disturbance.ts";
import type { TrialState } from "./trial-state.ts";

/** Waits for so many true ms, scaled, or until the trial's end lifts everything. */
export async function waitFor({ times, lifted }: TrialState, trueMs: number): Promise<void> {
  await sleep(times.ms(trueMs), undefined, { signal: lifted }).catch(() => undefined);
}

/** Ends a process and, like a supervisor, starts it again after a while. */
export async function strike(state: TrialState, who: Who, how: "kill" | "terminate", downMs: number): Promise<void> {
  const { world, timeline, counts } = state;
  const slot = world.slots[who];
  if (!world.inUse.has(who) || world.veterans.has(who)) return;
  const pid = slot.pid;
  const over = who === "api" ? disturb(world, "api") : () => undefined;
  const did = await (how === "kill" ? slot.kill() : slot.terminate());
  if (did) {
    counts.kills++;
    timeline.note(`${how} ${who} (${pid})${did === "by force" ? ": it did not end in time" : ""}`);
    if (did === "by force") state.complaints.push(`${who} did not end within its time after SIGTERM`);
  }
  await waitFor(state, downMs);
  await slot.ensureUp();
  over();
  if (did) timeline.note(`${who} runs again (${slot.pid})`);
}

/** Freezes a process for a while; it is let go by itself. */
export function freeze({ world, times, timeline, counts }: TrialState, who: Who, forMs: number): void {
  if (!world.inUse.has(who)) return;
  const over = who === "api" ? disturb(world, "api") : () => undefined;
  if (!world.slots[who].freeze(times.ms(forMs), over)) {
    over();
    return;
  }
  counts.freezes++;
  timeline.note(`freeze ${who} for ${times.ms(forMs)} ms`);
}
