import { type Figure, medianOf, quantile } from "./figure.ts";
import { holds, ratioOf, table } from "./report.ts";

const figure: Figure = { what: "calls", unit: "calls/s", value: 160, bare: 1_000 };

test.each<[Partial<Figure>, boolean | null]>([
  [{}, null],
  [{ bar: ">= 150" }, true],
  [{ bar: ">= 160.5" }, false],
  [{ bar: "<= 160" }, true],
  [{ bar: "<= 40" }, false],
  [{ bar: "ratio >= 0.15" }, true],
  [{ bar: "ratio >= 0.2" }, false],
])("whether a figure with %j holds: %p", (of, expected) => expect(holds({ ...figure, ...of })).toBe(expected));

test("a ratio that is asked for and was not measured does not hold", () => {
  const { bare: _, ...alone } = figure;
  expect(ratioOf(alone)).toBeNull();
  expect(holds({ ...alone, bar: "ratio >= 0.1" })).toBe(false);
});

test("the table shows each figure, the libraries alone, and what was missed", () => {
  const rows = table([figure, { what: "gap", unit: "ms", value: 41.26, bar: "<= 40" }]).split("\n");
  expect(rows[2]).toMatch(/^\| calls +\| 160 +\| calls\/s \| 1000 +\| 0\.16 +\| +\|$/);
  expect(rows[3]).toMatch(/^\| gap +\| 41\.3 +\| ms +\| +\| +\| <= 40 \(missed\) \|$/);
});

test("the median of rounds is taken figure by figure", async () => {
  const values = [3, 1, 2];
  const figures = await medianOf(3, async (round) => [
    { ...figure, value: values[round]! },
    { ...figure, value: 10 * values[round]!, bare: 100 * values[round]! },
  ]);
  expect(figures.map(({ value, bare }) => [value, bare])).toEqual([
    [2, 1_000],
    [20, 200],
  ]);
});

test("quantiles are values that were measured", () => {
  const values = Array.from({ length: 20 }, (_, n) => 20 - n);
  expect([quantile(values, 0), quantile(values, 0.5), quantile(values, 0.95), quantile(values, 1)]).toEqual([
    1, 11, 20, 20,
  ]);
  expect(quantile([], 0.5)).toBeNaN();
});
