import { createStopHandler } from "./stop-signal.ts";

test("stops once; a repeat within a second is the same signal, a later one forces", () => {
  const done: string[] = [];
  let now = 5_000;
  const onSignal = createStopHandler({
    stop: () => done.push("stop"),
    force: () => done.push("force"),
    now: () => now,
  });
  for (const at of [5_000, 5_007, 6_000, 6_001]) {
    now = at;
    onSignal();
    done.push(`${at}`);
  }
  expect(done).toEqual(["stop", "5000", "5007", "6000", "force", "6001"]);
});
