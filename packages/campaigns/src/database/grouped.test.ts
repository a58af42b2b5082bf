import { until } from "@ringfence/testkit";
import { grouped } from "./grouped.ts";

/** A writer whose groups are answered when the test says so. */
function writer() {
  const groups: { items: string[]; answer: (results: (string | undefined)[]) => void; fail: (error: Error) => void }[] =
    [];
  const alone: string[] = [];
  const write = grouped<string, string>(
    (item) => item[0]!,
    (items) => new Promise((answer, fail) => groups.push({ items: [...items], answer, fail })),
    async (item) => {
      alone.push(item);
      if (item.startsWith("x")) throw new Error(`${item} is refused`);
      return `${item} alone`;
    },
  );
  return { groups, alone, write };
}
const turn = () => new Promise(setImmediate);

test("the first item goes at once, and what comes meanwhile goes together", async () => {
  const { groups, write } = writer();
  const written = ["a", "b", "c"].map(write);
  expect(groups.map(({ items }) => items)).toEqual([["a"]]);
  groups[0]!.answer(["A"]);
  await turn();
  expect(groups.map(({ items }) => items)).toEqual([["a"], ["b", "c"]]);
  groups[1]!.answer(["B", "C"]);
  expect(await Promise.all(written)).toEqual(["A", "B", "C"]);
  const last = write("d");
  groups[2]!.answer(["D"]);
  expect(await last).toBe("D");
});

test("items with the same key are never in one group", async () => {
  const { groups, write } = writer();
  for (const item of ["a", "b1", "b2", "c", "b3"]) void write(item);
  for (let group = 0; group < 4; group++) {
    groups[group]!.answer(groups[group]!.items);
    await turn();
  }
  expect(groups.map(({ items }) => items)).toEqual([["a"], ["b1", "c"], ["b2"], ["b3"]]);
});

test("a refused group is written item by item, and only the item at fault fails", async () => {
  const { groups, alone, write } = writer();
  const written = ["a", "b", "x", "c"].map(write);
  groups[0]!.answer(["A"]);
  await turn();
  groups[1]!.fail(new Error("refused"));
  expect(await Promise.allSettled(written)).toMatchObject([
    { value: "A" },
    { value: "b alone" },
    { reason: { message: "x is refused" } },
    { value: "c alone" },
  ]);
  expect(alone).toEqual(["b", "x", "c"]);
});

test("an item that is left out goes with later groups, then alone, and no other waits for it", async () => {
  const { groups, alone, write } = writer();
  const written = ["a", "b", "c"].map(write);
  groups[0]!.answer([undefined]);
  await until("the next group", () => groups.length === 2);
  expect(groups[1]!.items).toEqual(["b", "c", "a"]);
  groups[1]!.answer(["B", "C", undefined]);
  await until("the next group", () => groups.length === 3);
  expect(groups[2]!.items).toEqual(["a"]);
  groups[2]!.answer([undefined]);
  expect(await Promise.all(written)).toEqual(["a alone", "B", "C"]);
  expect(alone).toEqual(["a"]);
});

test("an item that fails by itself fails with its error", async () => {
  const { groups, write } = writer();
  const written = write("a");
  groups[0]!.fail(new Error("away"));
  await expect(written).rejects.toThrow("away");
});
