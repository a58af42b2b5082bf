import { sharing } from "./sharing.ts";

/** A piece of work whose runs end when told to. */
function runs() {
  const ends: { well(): void; badly(error: Error): void }[] = [];
  const ask = sharing(
    () =>
      new Promise<void>((resolve, reject) => {
        ends.push({ well: resolve, badly: reject });
      }),
  );
  return { ask, ends };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("all who ask while a run is under way share the next, which begins after it", async () => {
  const { ask, ends } = runs();
  const first = ask();
  const others = [ask(), ask(), ask()];
  await turn();
  expect(ends).toHaveLength(1);
  ends[0]!.well();
  await first;
  await turn();
  expect(ends).toHaveLength(2);
  const late = ask();
  ends[1]!.well();
  await Promise.all(others);
  await turn();
  expect(ends).toHaveLength(3);
  ends[2]!.well();
  await late;
});

test("a run that fails fails for those who share it; the next one begins all the same", async () => {
  const { ask, ends } = runs();
  const first = ask();
  const second = ask();
  ends[0]!.badly(new Error("away"));
  await expect(first).rejects.toThrow("away");
  await turn();
  ends[1]!.well();
  await second;
  const third = ask();
  await turn();
  ends[2]!.badly(new Error("again"));
  await expect(third).rejects.toThrow("again");
});
