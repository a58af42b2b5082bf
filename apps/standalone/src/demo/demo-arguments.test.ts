import { parseDemoArguments } from "./demo-arguments.ts";

test.each([
  { given: [], once: false },
  { given: ["--once"], once: true },
  { given: ["--once", "--once"], once: true },
])("$given is understood", ({ given, once }) => {
  expect(parseDemoArguments(given)).toEqual({ once });
});

test.each([[["--twice"]], [["once"]], [["--once=1"]], [["--once", "5"]], [[""]]])("%j is refused", (given) => {
  expect(() => parseDemoArguments(given)).toThrow(/^Unknown argument: .*\nUsage:/);
});
