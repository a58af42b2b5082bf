import { joining } from "./joining.ts";

/** Work that the test ends by hand. */
function work() {
  const begun: { key: string; end: (result: number) => void; fail: (error: Error) => void }[] = [];
  const run = joining((key) => new Promise((end, fail) => begun.push({ key, end, fail })));
  return { begun, run };
}

test("who asks while it runs waits until it has ended, and gets none of its result", async () => {
  const { begun, run } = work();
  const [first, second, other] = [run("a"), run("a"), run("b")];
  expect(begun.map(({ key }) => key)).toEqual(["a", "b"]);
  let over = false;
  void second.then(() => {
    over = true;
  });
  begun[1]!.end(1);
  expect(await other).toBe(1);
  expect(over).toBe(false);
  begun[0]!.end(7);
  expect([await first, await second]).toEqual([7, 0]);
});

test("its failure is only that of who began it, and it may be begun again", async () => {
  const { begun, run } = work();
  const [first, second] = [run("a"), run("a")];
  begun[0]!.fail(new Error("no"));
  await expect(first).rejects.toThrow("no");
  expect(await second).toBe(0);
  const again = run("a");
  begun[1]!.end(3);
  expect(await again).toBe(3);
});
