import { openDialMs, staleClaimMs } from "./dial-fence.ts";

test("a claim may be used for a quarter of the dial's time-out, and a dial is over after both", () => {
  expect(staleClaimMs(8_000)).toBe(2_000);
  expect(openDialMs(8_000)).toBe(10_000);
});
