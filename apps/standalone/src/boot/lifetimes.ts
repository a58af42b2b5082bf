/** Something that was started and can be ended. */
export interface Ending {
  close(): Promise<unknown>;
}

/** Everything that one command starts, so that it is ended in reverse order whatever happens. */
export interface Lifetimes {
  /** Starts something and registers it to be ended; `signal` aborts the start. */
  start<Thing extends Ending>(begin: (signal: AbortSignal) => Promise<Thing>): Promise<Thing>;
  /** To be called when something that was started ended by itself. */
  lost(fault: Error): void;
  /** Runs `work` to its end or to the first loss, then ends everything. Never settles if `close` was called meanwhile, because the caller of `close` also ends the process. */
  during<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Aborted when ending begins. */
  ending: AbortSignal;
  /** Ends everything, last started first, including starts under way. Never rejects; may be called again. */
  close(): Promise<void>;
}

/** Creates a `Lifetimes`; `onTrouble` is called for every thing that could not be ended. */
export function createLifetimes(onTrouble: (error: unknown) => void): Lifetimes {
  const started: Promise<Ending | null>[] = [];
  const stopping = new AbortController();
  let closing: Promise<void> | undefined;
  let lost: (fault: Error) => void = () => undefined;
  const loss = new Promise<never>((_resolve, reject) => {
    lost = reject;
  });
  loss.catch(() => undefined); // it may reject when nobody awaits it any more

  const closeAll = async () => {
    stopping.abort();
    for (const thing of started.reverse()) {
      try {
        await (await thing)?.close();
      } catch (error) {
        onTrouble(error);
      }
    }
  };
  const close = () => {
    closing ??= closeAll();
    return closing;
  };

  return {
    start: async (begin) => {
      stopping.signal.throwIfAborted();
      const beginning = begin(stopping.signal);
      started.push(beginning.catch(() => null));
      const thing = await beginning;
      stopping.signal.throwIfAborted(); // too late to continue
      return thing;
    },
    ending: stopping.signal,
    lost: (fault) => lost(fault),
    during: async (work) => {
      const outcome = await Promise.race([work(), loss]).then(
        (result) => ({ result }),
        (error: unknown) => ({ error }),
      );
      if (closing !== undefined) return await new Promise<never>(() => undefined);
      await close();
      if ("error" in outcome) throw outcome.error;
      return outcome.result;
    },
    close,
  };
}
