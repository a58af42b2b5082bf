import { growth, holdingOf } from "./memory.ts";

const series = (of: (n: number) => { residentMb: number; openFiles: number }) =>
  Array.from({ length: 50 }, (_, n) => of(n));

test("what stays, or settles early, has not grown", () => {
  expect(
    growth(
      "x",
      series((n) => ({ residentMb: n < 8 ? 60 : 110 + (n % 7), openFiles: 30 + (n % 5) })),
    ),
  ).toEqual([]);
});

test("growing memory and growing files are named", () => {
  expect(
    growth(
      "x",
      series((n) => ({ residentMb: 80 + 3 * n, openFiles: 30 })),
    ),
  ).toEqual([expect.stringMatching(/^x grew from \d+ to \d+ MB$/)]);
  expect(
    growth(
      "x",
      series((n) => ({ residentMb: 80, openFiles: 30 + 3 * n })),
    ),
  ).toEqual([expect.stringMatching(/^x grew from \d+ to \d+ open files$/)]);
});

test("too few looks show nothing", () => {
  expect(growth("x", series((n) => ({ residentMb: 80 * n, openFiles: 1 })).slice(0, 39))).toEqual([]);
});

test("a process that is gone holds nothing", async () => {
  expect(await holdingOf(2 ** 30)).toBeNull();
});
