import type { CallsQueue } from "./calls-queue.ts";

/** How long an answer holds, in ms. */
const KEPT_MS = 1_000;
/** A Redis that has not taken a write within this time, in ms, counts as away. */
const PATIENCE_MS = 500;

/** Whether workers can be given jobs. */
export interface QueueHealth {
  /** True if Redis is away, slow or takes no write. Answers within half a second, from a second-old look if there is one. */
  isAway(): Promise<boolean>;
}

/** One look for all who ask meanwhile. */
export function createQueueHealth(queue: Pick<CallsQueue, "checkWrites">): QueueHealth {
  let look: { at: number; away: Promise<boolean> } | null = null;
  return {
    isAway: () => {
      if (!look || performance.now() - look.at > KEPT_MS) look = { at: performance.now(), away: isAway(queue) };
      return look.away;
    },
  };
}

async function isAway(queue: Pick<CallsQueue, "checkWrites">): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(true), PATIENCE_MS);
  });
  const written = queue.checkWrites().then(
    () => false,
    () => true,
  );
  return await Promise.race([written, late]).finally(() => clearTimeout(timer));
}
