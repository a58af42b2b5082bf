import { type CallFilters, isFiltered, nextSort, readFilters, toQuery, writeFilters } from "./filters.ts";

const NONE: CallFilters = { status: null, reason: null, search: "", sort: "turn" };

test.each<[string, CallFilters, string]>([
  ["", NONE, ""],
  ["status=pending", { ...NONE, status: "pending" }, "status=pending"],
  ["status=cancelled", { ...NONE, status: "cancelled" }, "status=failed&reason=Batch+cancelled+by+user"],
  ["reason=dial_busy&sort=-name", { ...NONE, reason: "dial_busy", sort: "-name" }, "reason=dial_busy&sort=-name"],
  ["search=+A%26B+", { ...NONE, search: " A&B " }, "search=A%26B"],
])("the address %j", (address, filters, query) => {
  expect(readFilters(new URLSearchParams(address))).toEqual(filters);
  expect(toQuery(filters).toString()).toBe(query);
  expect(readFilters(writeFilters(new URLSearchParams("call=1"), filters))).toEqual(filters);
});

test("what the page does not know is not chosen; what is not its own stays", () => {
  expect(readFilters(new URLSearchParams("status=gone&sort=phone_number"))).toEqual(NONE);
  expect(writeFilters(new URLSearchParams("call=1&status=failed&sort=name"), NONE).toString()).toBe("call=1");
});

test("a header goes up, down, and back to the order of import", () => {
  expect(nextSort("name", "turn")).toBe("name");
  expect(nextSort("name", "name")).toBe("-name");
  expect(nextSort("name", "-name")).toBe("turn");
  expect(nextSort("name", "ended_at")).toBe("name");
});

test("an order hides nothing", () => {
  expect(isFiltered({ ...NONE, sort: "name" })).toBe(false);
  expect(isFiltered({ ...NONE, search: "x" })).toBe(true);
});
