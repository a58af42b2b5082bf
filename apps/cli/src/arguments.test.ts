import { decimal, span, wholeNumber } from "./arguments.ts";

test("well-formed arguments are parsed", () => {
  expect(wholeNumber(1, 100)("100")).toBe(100);
  expect([decimal("0"), decimal("2.5")]).toEqual([0, 2.5]);
  expect(["90m", "12h", "30d", "8w"].map(span)).toEqual([5_400_000, 43_200_000, 2_592_000_000, 4_838_400_000]);
});

test.each<[string, (value: string) => unknown, string[]]>([
  ["whole number", wholeNumber(1, 100), ["", "0", "101", "1.5", "-1", "1e1", "ten"]],
  ["number", decimal, ["", "-1", "x", "1e3", "Infinity", "1."]],
  ["span", span, ["", "30", "0d", "1.5h", "30 d", "1y", "999999d"]],
])("an argument that is not a %s is refused", (_what, parse, values) => {
  for (const value of values) expect(() => parse(value)).toThrow(/^Must be /);
});
