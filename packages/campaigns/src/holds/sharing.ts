/**
 * Runs `work` once at a time. Who asks while it runs waits for the next run, which begins after that and is shared by all
 * who asked meanwhile: so each gets a run that began after it asked.
 */
export function sharing(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const start = (): Promise<void> => {
    next = null;
    const mine = work().finally(() => {
      if (running === mine) running = null;
    });
    running = mine;
    return mine;
  };
  return () => {
    if (!running) return start();
    next ??= running.then(start, start);
    return next;
  };
}
