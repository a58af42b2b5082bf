/** The most items of one write. */
const MOST_IN_A_GROUP = 100;
/** How often an item is left out before it is written alone. */
const MOST_TRIES = 3;
/** Wait before a group of items that were all left out, in ms. */
const LEFT_OUT_WAIT_MS = 5;

/**
 * Writes items that come while another write is under way together, in one statement: the first goes at once, and under
 * load each statement carries what has come since. `write` returns a result for each item, in order. Two items with the
 * same `key` are never in one group, because one statement changes a row once. `write` may leave an item out (undefined,
 * because somebody holds its row): it goes with a later group. What is left out again and again, and each item of a group
 * that PostgreSQL refuses, `alone` writes while others go on, so that one item costs no other.
 */
export function grouped<Item, Result>(
  key: (item: Item) => string,
  write: (items: readonly Item[]) => Promise<(Result | undefined)[]>,
  alone: (item: Item) => Promise<Result>,
): (item: Item) => Promise<Result> {
  interface Waiting {
    item: Item;
    tries: number;
    resolve: (result: Result) => void;
    reject: (error: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let writing = false;

  const writeAlone = ({ item, resolve, reject }: Waiting) => void alone(item).then(resolve, reject);
  const writeGroup = async (group: Waiting[]): Promise<void> => {
    try {
      const results = await write(group.map(({ item }) => item));
      const leftOut = group.filter((one, n) => {
        const result = results[n];
        if (result !== undefined) one.resolve(result);
        return result === undefined;
      });
      for (const one of leftOut) {
        if (++one.tries < MOST_TRIES) waiting.push(one);
        else writeAlone(one);
      }
      if (leftOut.length === group.length) await new Promise((resolve) => setTimeout(resolve, LEFT_OUT_WAIT_MS));
    } catch (error) {
      if (group.length === 1) group[0]!.reject(error);
      else group.forEach(writeAlone);
    }
  };
  const writeAll = async () => {
    writing = true;
    while (waiting.length > 0) {
      const group = new Map<string, Waiting>();
      const rest: Waiting[] = [];
      for (const one of waiting) {
        if (group.size < MOST_IN_A_GROUP && !group.has(key(one.item))) group.set(key(one.item), one);
        else rest.push(one);
      }
      waiting = rest;
      await writeGroup([...group.values()]);
    }
    writing = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, tries: 0, resolve, reject });
      if (!writing) void writeAll();
    });
}
