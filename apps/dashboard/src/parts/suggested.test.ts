import { suggested } from "./suggested.ts";

const CHOICES = [
  { value: "+14155550100", name: "Sales, San Francisco" },
  { value: "+12025550199", name: "Support" },
  { value: "+442071838750", name: null },
];

test.each<[string, string, number[]]>([
  ["nothing suggests all", "", [0, 1, 2]],
  ["blanks suggest all", "  ", [0, 1, 2]],
  ["part of a number", "+1", [0, 1]],
  ["part of a number as people write it", "(415) 555-0", [0]],
  ["part of a name, whatever its case", "SUPP", [1]],
  ["words of a name", "san fran", [0]],
  ["text that nothing contains", "+49", []],
  ["an exact choice suggests nothing", " +12025550199 ", []],
])("%s", (_what, typed, places) => {
  expect(suggested(CHOICES, typed)).toEqual(places.map((place) => CHOICES[place]));
});
