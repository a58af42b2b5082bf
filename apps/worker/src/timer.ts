/** Runs `work` immediately and then `everyMs` after each end. `close` aborts the signal and waits for the run under way. */
export function startTimer(everyMs: number, work: (signal: AbortSignal) => Promise<void>): { close(): Promise<void> } {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const turn = async (): Promise<void> => {
    await work(stopping.signal);
    if (!stopping.signal.aborted) {
      timer = setTimeout(() => {
        running = turn();
      }, everyMs);
    }
  };
  let running = turn();
  return {
    close: async () => {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
}
