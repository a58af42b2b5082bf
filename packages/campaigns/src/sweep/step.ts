/** One step of the sweep; returns how much it put right. Safe to run twice, and by two processes in parallel. */
export type Step = (signal: AbortSignal) => Promise<number>;
