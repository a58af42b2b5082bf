/**
 * Runs `work` once at a time for each key: who asks while it runs waits until it has ended, well or badly, and gets 0,
 * because none of its result is theirs.
 */
export function joining(work: (key: string) => Promise<number>): (key: string) => Promise<number> {
  const underWay = new Map<string, Promise<number>>();
  return async (key) => {
    const running = underWay.get(key);
    if (running !== undefined) return running.then(zero, zero);
    const mine = work(key).finally(() => underWay.delete(key));
    underWay.set(key, mine);
    return await mine;
  };
}

const zero = () => 0;
