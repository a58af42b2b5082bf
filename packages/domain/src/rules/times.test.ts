import { createTimes } from "./times.ts";

test("a stop waits for a claim to be sent and its dial to time out", () => {
  expect(createTimes({ dialTimeoutMs: 8_000 })).toMatchObject({ staleClaimMs: 2_000, openDialMs: 10_000 });
  expect(createTimes({ dialTimeoutMs: 2_000 })).toMatchObject({ staleClaimMs: 500, openDialMs: 2_500 });
});

test("the scale shortens only waits that have no setting", () => {
  const [whole, tenth] = [createTimes(), createTimes({ timeScale: 0.1 })];
  expect(tenth.launcherQuietMs).toBe(whole.launcherQuietMs / 10);
  expect(tenth.probeWaitMs("barred", 1)).toBe(whole.probeWaitMs("barred", 1) / 10);
  expect(tenth.slowWaitMs(0)).toBe(whole.slowWaitMs(0) / 10);
  for (const kept of [
    "dialTimeoutMs",
    "openDialMs",
    "outcomeUnknownAfterMs",
    "callPollAfterMs",
    "lockTimeoutMs",
  ] as const)
    expect(tenth[kept]).toBe(whole[kept]);
});

test("contradictory times are refused with the rule that they break", () => {
  expect(() => createTimes({ dialTimeoutMs: 8_000, outcomeUnknownAfterMs: 8_000 })).toThrow(
    "nobody gives up a dial that is still open",
  );
});
