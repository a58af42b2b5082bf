import { done, handedBack, jobs, later } from "../contract/jobs.ts";
import { mayActAs, ROLES } from "../contract/roles.ts";
import { openDialMs, staleClaimMs } from "./dial-fence.ts";
import { heldReason, probeWaitMs, slowWaitMs } from "./holds.ts";
import { LOWEST_PRIORITY, priorityOf, RESUMED_PRIORITY } from "./turns.ts";

test.each([
  [0, 5_000],
  [1, 10_000],
  [2, 20_000],
  [3, 40_000],
  [4, 60_000],
  [5, 60_000],
  [1e6, 60_000],
])("after %d failed probes the next comes in %d ms", (failed, ms) => expect(probeWaitMs("barred", failed)).toBe(ms));

test("a probe that may cost a candidate comes after 30 s, then twice as late each time, without a cap: an hour costs six", () => {
  const waits = [0, 1, 2, 3, 4, 5, 6].map((before) => probeWaitMs("unknown", before));
  expect(waits).toEqual([30, 60, 120, 240, 480, 960, 1_920].map((seconds) => seconds * 1_000));
  expect(waits.slice(0, 6).reduce((sum, ms) => sum + ms)).toBeLessThan(3_600_000);
  expect(waits.reduce((sum, ms) => sum + ms)).toBeGreaterThan(3_600_000);
  // However long the outage, PostgreSQL can add it to a time.
  expect(probeWaitMs("unknown", 1e6)).toBe(probeWaitMs("unknown", 20));
});

test.each([
  [0, 2_000],
  [1, 4_000],
  [2, 8_000],
  [3, 16_000],
  [4, 32_000],
  [5, 60_000],
  [6, 60_000],
  [1e6, 60_000],
])("a 429 after %d others stops dialling for %d ms", (inARow, ms) => expect(slowWaitMs(inARow)).toBe(ms));

test.each([
  [401, /RETELL_API_KEY/],
  [402, /payment/],
  [403, /permission/],
  [418, /418/],
])("a hold after %d says what to do", (status, words) => expect(heldReason.barred(status)).toMatch(words));

test.each<[bigint, bigint, number]>([
  [1n, 0n, 2],
  [7n, 7n, 1],
  [8n, 7n, 2],
  [6n, 7n, 1],
  [-(2n ** 62n), 2n ** 62n, 1],
  [2_097_150n, 0n, 2_097_151],
  [2_097_149n, 0n, 2_097_150],
  [2_097_151n, 0n, 2_097_151],
  [2n ** 63n - 1n, 0n, 2_097_151],
  [2n ** 60n + 4n, 2n ** 60n, 5],
])("turn %d from origin %d has priority %d", (turn, origin, priority) =>
  expect(priorityOf(turn, origin)).toBe(priority),
);

test("calls in progress go before every turn, and no priority is beyond BullMQ's", () => {
  expect(RESUMED_PRIORITY).toBeLessThan(priorityOf(-5n, 0n));
  expect(LOWEST_PRIORITY).toBe(2 ** 21 - 1);
});

test("a claim may be used for a quarter of the dial's time-out, and a dial is over after both", () => {
  expect(staleClaimMs(8_000)).toBe(2_000);
  expect(openDialMs(8_000)).toBe(10_000);
});

test("each role may do what the ones before it may", () => {
  const allowed = ROLES.map((role) => ROLES.filter((needed) => mayActAs(role, needed)));
  expect(allowed).toEqual([["viewer"], ["viewer", "operator"], ["viewer", "operator", "admin"]]);
});

test("a job's payload is ids, and a finished one leaves nothing behind", () => {
  const { payload, options, queue } = jobs["call.run"];
  const ids = { callId: "3f2504e0-4f89-41d3-9a0c-0305e82c3301", batchId: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff" };
  expect(queue).toBe("calls");
  expect(payload.parse({ ...ids, phone_number: "+14155550100" })).toEqual(ids);
  expect(payload.safeParse({ callId: "7", batchId: ids.batchId }).success).toBe(false);
  expect(options).toMatchObject({ removeOnComplete: true, removeOnFail: true });
});

test("what a run may ask of the queue", () => {
  expect(done("ended")).toEqual({ kind: "done", outcome: "ended" });
  expect(later(20, "raced")).toEqual({ kind: "later", retryAfterMs: 20, reason: "raced" });
  expect(handedBack()).toEqual({ kind: "handed-back" });
});
