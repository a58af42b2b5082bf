/** So many things at once; the others wait their turn. */
export interface Slots {
  /** Resolves when there is a slot; whoever has one must give it back. */
  take(): Promise<void>;
  give(): void;
  /** Forgets who waits: their promises never settle. */
  clear(): void;
}

/** Creates so many free slots. Waiting costs the same however many wait. */
export function createSlots(count: number): Slots {
  let free = count;
  const waiting = new Set<() => void>();
  return {
    take: () =>
      new Promise<void>((resolve) => {
        if (free === 0) waiting.add(resolve);
        else {
          free -= 1;
          resolve();
        }
      }),
    give() {
      const [next] = waiting;
      if (next) {
        waiting.delete(next);
        next();
      } else free += 1;
    },
    clear: () => waiting.clear(),
  };
}
