import { choose, columnOf } from "./column-choice.ts";

const MAPPING = { phones: [2, 3], name: [0, 1], externalId: 4 };

test("each select shows its own column", () => {
  const fields = ["phone0", "phone1", "phone2", "name0", "name1", "externalId"] as const;
  expect(fields.map((field) => columnOf(MAPPING, field))).toEqual([2, 3, null, 0, 1, 4]);
});

test.each([
  ["phone0", 5, { phones: [5, 3], name: [0, 1], externalId: 4 }],
  ["phone0", null, { phones: [3], name: [0, 1], externalId: 4 }],
  ["phone0", 3, { phones: [3], name: [0, 1], externalId: 4 }],
  ["phone2", 5, { phones: [2, 3, 5], name: [0, 1], externalId: 4 }],
  ["name0", 2, { phones: [3], name: [2, 1], externalId: 4 }],
  ["name1", null, { phones: [2, 3], name: [0], externalId: 4 }],
  ["externalId", 0, { phones: [2, 3], name: [1], externalId: 0 }],
  ["externalId", null, { phones: [2, 3], name: [0, 1], externalId: null }],
  ["phone1", 4, { phones: [2, 4], name: [0, 1], externalId: null }],
] as const)("setting %s to column %p leaves each column one meaning, and no gap", (field, column, expected) => {
  expect(choose(MAPPING, field, column)).toEqual(expected);
});
