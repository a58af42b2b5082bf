import type { CallsQueue } from "./calls-queue.ts";

/** How long an answer is reused, in ms. */
const KEPT_MS = 1_000;
/** A Redis that has not accepted a write within this time, in ms, counts as unavailable. */
const PATIENCE_MS = 500;

/** Whether jobs can reach workers. */
export interface QueueHealth {
  /** True if Redis is unavailable, slow or accepts no write. Answers within 500 ms, from a check up to a second old if there is one. */
  isAway(): Promise<boolean>;
}

/** All callers that ask while a check runs share it. */
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
