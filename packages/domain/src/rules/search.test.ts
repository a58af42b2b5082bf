import { callSearch } from "./search.ts";

const NOTHING = { name: null, digits: null };

test.each([
  ["Ada", { name: "Ada", digits: null }],
  ["+1 (415) 555-10.29", { name: "+1 (415) 555-10.29", digits: "14155551029" }],
  ["29", { name: "29", digits: "29" }],
  ["Unit 12345", { name: "Unit 12345", digits: null }],
  ["+", { name: "+", digits: null }],
])("an operator's search for %j", (search, expected) => {
  expect(callSearch(search, "operator")).toEqual(expected);
  expect(callSearch(search, "admin")).toEqual(expected);
});

test.each([
  ["Ada", { name: "Ada", digits: null }],
  ["1029", { name: "1029", digits: "1029" }],
  ["10-29", { name: "10-29", digits: "1029" }],
  ["51029", NOTHING],
  ["5 10 29", NOTHING],
  ["+1•••••1029", NOTHING],
  ["Unit 12345", NOTHING],
])("a viewer's search for %j", (search, expected) => expect(callSearch(search, "viewer")).toEqual(expected));
