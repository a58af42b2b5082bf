import { calls, clock, count, minute, plain, record, table } from "./text.ts";

test("a table aligns texts left and figures right, and shows an empty cell as -", () => {
  expect(
    table(
      ["name", "calls"],
      [
        ["Ada", 7],
        [null, 12_345],
      ],
    ),
  ).toBe(["name   calls", "Ada        7", "-     12,345"].join("\n"));
});

test("a table without rows has only its header", () => expect(table(["name", "calls"], [])).toBe("name  calls"));

test("a long text is cut, except in the `whole` column", () => {
  const long = "x".repeat(100);
  expect(table(["a", "b"], [[long, long]], "b").split("\n")[1]).toBe(`${"x".repeat(57)}...  ${long}`);
});

test("a record lists names and values", () =>
  expect(
    record([
      ["status", "active"],
      ["calls", 1_000],
      ["ended", null],
    ]),
  ).toBe("status  active\ncalls   1,000\nended   -"));

test.each([
  ["\u001b[2Jgone", "?[2Jgone"],
  ["a\nb\tc", "a?b?c"],
  ["\u202egnp.exe", "?gnp.exe"],
  ["Zo\u00eb \u674e", "Zo\u00eb \u674e"],
])("%j is shown as %j", (text, shown) => {
  expect(plain(text)).toBe(shown);
  expect(table(["a"], [[text]])).toContain(shown);
  expect(record([["a", text]])).toContain(shown);
});

test.each([
  [0, "0:00"],
  [-5, "0:00"],
  [65_900, "1:05"],
  [7_200_000, "2:00:00"],
])("%d ms are %s on the clock", (ms, text) => expect(clock(ms)).toBe(text));

test("counts, calls and minutes are formatted", () => {
  expect([count(1_234_567), count(0.5), calls(1), calls(2)]).toEqual(["1,234,567", "0.5", "1 call", "2 calls"]);
  expect([minute("2026-11-25T12:09:31.123Z"), minute(null)]).toEqual(["2026-11-25 12:09Z", null]);
});
