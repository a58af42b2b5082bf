import type { Figures } from "./progress.ts";
import { createScreen } from "./screen.ts";

const FIGURES: Figures = {
  total: 2,
  completed: 0,
  failed: 0,
  inProgress: 1,
  cancelled: 0,
  pending: 1,
  linesInUse: 1,
  lineLimit: 5,
  elapsedMs: 0,
};
const ESCAPE = "\u001b[";

function output(isTTY: boolean) {
  let text = "";
  const write = (piece: string | Uint8Array) => {
    text += piece;
    return true;
  };
  return { isTTY, columns: 100, write, text: () => text };
}

test.each([
  ["a file or a pipe", false, {}],
  ["a terminal that cannot redraw", true, { TERM: "dumb" }],
])("on %s: one plain line for each change", (_name, isTTY, environment) => {
  const out = output(isTTY);
  const screen = createScreen(out, environment);
  screen.progress(FIGURES);
  screen.progress({ ...FIGURES, elapsedMs: 5_000 });
  screen.progress({ ...FIGURES, inProgress: 0, completed: 1, linesInUse: 0, elapsedMs: 7_000 });
  screen.settle();
  screen.say("done");
  expect(out.text()).toBe(
    [
      "0 %, 0 completed, 0 failed, 1 in progress, 0 cancelled, 1 pending, lines 1/5, 0:00",
      "50 %, 1 completed, 0 failed, 0 in progress, 0 cancelled, 1 pending, lines 0/5, 0:07",
      "done",
      "",
    ].join("\n"),
  );
});

test("on a terminal: redrawn in place, colours and all", () => {
  const out = output(true);
  const screen = createScreen(out, {});
  screen.progress(FIGURES);
  const once = out.text();
  expect(once.startsWith("\r")).toBe(true);
  expect(once).toContain(`${ESCAPE}36m`);
  expect(once.endsWith("\n")).toBe(false);
  screen.progress(FIGURES);
  expect(out.text()).toBe(`${once}\r${ESCAPE}1A${once.slice(1)}`);
});

test("what is said goes above the progress, which stays below", () => {
  const out = output(true);
  const screen = createScreen(out, { NO_COLOR: "1" });
  screen.progress(FIGURES);
  const drawn = out.text();
  screen.say("word");
  expect(out.text()).toBe(`${drawn}\r${ESCAPE}1A${ESCAPE}Jword\n${drawn}`);
});

test("what is settled is left alone", () => {
  const out = output(true);
  const screen = createScreen(out, {});
  screen.progress(FIGURES);
  const drawn = out.text();
  screen.settle();
  screen.say("word");
  expect(out.text()).toBe(`${drawn}\nword\n`);
});

test.each([
  [{ NO_COLOR: "1" }, false],
  [{ NO_COLOR: "" }, true], // https://no-color.org: present and not empty
])("%j", (environment, coloured) => {
  const out = output(true);
  createScreen(out, environment).progress(FIGURES);
  expect(out.text().includes(`${ESCAPE}36m`)).toBe(coloured);
});
