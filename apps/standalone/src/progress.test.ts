import { apportion, describeProgress, duration, type Figures, renderProgress } from "./progress.ts";

const figures = (given: Partial<Figures>): Figures => ({
  total: 30,
  completed: 0,
  failed: 0,
  inProgress: 0,
  cancelled: 0,
  pending: 30,
  linesInUse: 0,
  lineLimit: 5,
  elapsedMs: 0,
  ...given,
});
const half = figures({
  completed: 9,
  failed: 3,
  inProgress: 5,
  cancelled: 3,
  pending: 10,
  linesInUse: 5,
  elapsedMs: 65_000,
});

test("on a wide terminal: the bar with its figures, and the legend", () => {
  expect(renderProgress(half, { width: 100, colour: false })).toEqual([
    `${"█".repeat(18)}xxxxxx▒▒▒▒▒▒▒▒▒▒------${"·".repeat(20)}    50 %   15 of 30   lines 5/5   1:05`,
    "█ 9 completed   x 3 failed   ▒ 5 in progress   - 3 cancelled   · 10 pending",
  ]);
});

test("on a narrow one: the same below each other", () => {
  expect(renderProgress(half, { width: 41, colour: false })).toEqual([
    "████████████xxxx▒▒▒▒▒▒▒----·············",
    "50 %   15 of 30   lines 5/5   1:05",
    "█ 9 completed   x 3 failed",
    "▒ 5 in progress   - 3 cancelled",
    "· 10 pending",
  ]);
});

const widths = Array.from({ length: 130 }, (_, width) => width);
test.each([
  ["begun", figures({})],
  ["half", half],
  ["over", figures({ completed: 22, failed: 8, pending: 0 })],
  ["large", figures({ total: 1_000_000, completed: 999_990, failed: 5, inProgress: 5, pending: 0, elapsedMs: 1e8 })],
  ["empty", figures({ total: 0, pending: 0 })],
])("no line is wider than the terminal: %s", (_name, given) => {
  for (const width of widths) {
    for (const line of renderProgress(given, { width, colour: false })) {
      expect([...line].length).toBeLessThanOrEqual(Math.max(width - 1, 1));
    }
  }
});

test("colours change nothing but the colours", () => {
  const colours = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g");
  for (const width of [30, 60, 100]) {
    const coloured = renderProgress(half, { width, colour: true });
    expect(coloured.join("")).toMatch(colours);
    const plain = coloured.map((line) => line.replaceAll(colours, ""));
    expect(plain).toEqual(renderProgress(half, { width, colour: false }));
  }
});

test.each([
  ["everything pending", figures({}), 10, [0, 0, 0, 0, 10]],
  [
    "a single call is seen among many",
    figures({ total: 1000, completed: 999, failed: 1, pending: 0 }),
    10,
    [9, 1, 0, 0, 0],
  ],
  [
    "each kind is seen where there is room",
    figures({ completed: 26, failed: 1, inProgress: 1, cancelled: 1, pending: 1 }),
    5,
    [1, 1, 1, 1, 1],
  ],
  ["no room for each", half, 3, [1, 0, 1, 0, 1]],
  ["nothing at all counts as done", figures({ total: 0, pending: 0 }), 4, [4, 0, 0, 0, 0]],
])("cells: %s", (_name, given, width, [completed, failed, inProgress, cancelled, pending]) => {
  expect(apportion(given, width)).toEqual({ completed, failed, inProgress, cancelled, pending });
});

test("every cell is shared out, at any width", () => {
  for (const width of widths) {
    const cells = apportion(half, width);
    expect(Object.values(cells).reduce((sum, count) => sum + count, 0)).toBe(width);
  }
});

test.each([
  [0, "0:00"],
  [-5, "0:00"],
  [7_999, "0:07"],
  [65_000, "1:05"],
  [3_600_000, "60:00"],
])("%d ms are %s", (ms, text) => expect(duration(ms)).toBe(text));

test("in words", () => {
  expect(describeProgress(half)).toBe(
    "50 %, 9 completed, 3 failed, 5 in progress, 3 cancelled, 10 pending, lines 5/5, 1:05",
  );
  expect(describeProgress({ ...half, linesInUse: 5, lineLimit: 1_000 })).toContain(", lines 5/1000, ");
});
