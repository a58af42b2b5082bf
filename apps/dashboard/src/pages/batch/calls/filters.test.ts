import { nextSort, readFilters, toQuery, writeFilters } from "./filters.ts";

const read = (address: string) => readFilters(new URLSearchParams(address));
const NOTHING = { kind: null, reason: null, search: "", sort: "turn" } as const;

test.each([
  ["", NOTHING],
  ["status=nonsense&sort=DROP&search=%20&reason=", NOTHING],
  [
    "status=cancelled&sort=-ended_at&search=Ada%20B&reason=dial_busy",
    { kind: "cancelled", sort: "-ended_at", search: "Ada B", reason: "dial_busy" },
  ],
])("reads %j", (address, filters) => {
  expect(read(address)).toEqual(filters);
});

test.each([
  ["call=7", { kind: "failed" } as const, "call=7&status=failed"],
  ["status=failed&call=7", { kind: null }, "call=7"],
  ["sort=name", { sort: "turn" } as const, ""],
  ["search=Ada", { search: " Zoë " }, "search=Zo%C3%AB"],
])("a change is written into the address %j", (address, change, next) => {
  expect(writeFilters(new URLSearchParams(address), change).toString()).toBe(next);
});

test.each([
  ["", ""],
  ["status=in_progress", "status=in_progress"],
  ["status=cancelled&reason=dial_busy", "status=failed&reason=Batch+cancelled+by+user"],
  ["reason=dial_busy&search=Ada&sort=-name", "reason=dial_busy&search=Ada&sort=-name"],
])("the address %j becomes an API query", (address, query) => {
  expect(new URLSearchParams(toQuery(read(address))).toString()).toBe(query);
});

test("a column header sorts ascending, descending, then in calling order", () => {
  expect(nextSort("turn", "name")).toBe("name");
  expect(nextSort("name", "name")).toBe("-name");
  expect(nextSort("-name", "name")).toBe("turn");
  expect(nextSort("-name", "ended_at")).toBe("ended_at");
});
