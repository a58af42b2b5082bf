import { parseArguments } from "./arguments.ts";

const draw = () => "drawn";

test("what is not named has a default", () => {
  expect(parseArguments([], draw)).toEqual({
    trials: 20,
    seed: "drawn",
    worlds: 2,
    scale: 0.05,
    minutes: null,
    trial: null,
  });
});

test("everything can be named; a soak goes on until its time is over", () => {
  expect(
    parseArguments(["--trials", "7", "--seed", "s", "--worlds", "3", "--scale", "1", "--trial", "5"], draw),
  ).toEqual({ trials: 7, seed: "s", worlds: 3, scale: 1, minutes: null, trial: 5 });
  expect(parseArguments(["--minutes", "30"], draw)).toMatchObject({ minutes: 30, trials: Number.POSITIVE_INFINITY });
});

test.each([
  [["--trials", "0"], /--trials must be a whole number/],
  [["--worlds", "x", "--scale", "2"], /--worlds must .*\n--scale must/],
  [["--unknown"], /unknown/],
  [["--minutes", "-1"], /minutes/],
])("%p is refused in words", (words, message) => {
  expect(() => parseArguments(words, draw)).toThrow(message);
});

test("help is help", () => {
  expect(parseArguments(["--help"], draw)).toBeNull();
});
