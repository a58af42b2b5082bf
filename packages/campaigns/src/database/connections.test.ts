import { poolSizes } from "./connections.ts";

const SHARES = { work: 5, main: 4, bulk: 3, stops: 3, keys: 2, outbox: 1 };
const sum = (sizes: Record<string, number>) => Object.values(sizes).reduce((all, size) => all + size, 0);

test("the shares are the sizes where their sum is the total", () => {
  expect(poolSizes(SHARES, 18)).toEqual(SHARES);
});

test("every total is met, and every pool that has a share has a connection", () => {
  for (let total = 6; total <= 200; total++) {
    const sizes = poolSizes(SHARES, total);
    expect(sum(sizes)).toBe(total);
    expect(Math.min(...Object.values(sizes))).toBeGreaterThan(0);
  }
});

test("twice the total is twice each pool, and a pool without a share has none", () => {
  expect(poolSizes({ ...SHARES, keys: 0 }, 32)).toEqual({ work: 10, main: 8, bulk: 6, stops: 6, keys: 0, outbox: 2 });
});
