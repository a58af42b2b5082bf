import { parse } from "csv-parse/sync";
import { UNKNOWN_ID, useApi } from "../testing/test-api.ts";

const api = useApi();
afterEach(async () => {
  await api.sql("DELETE FROM do_not_call");
});

const add = (phone_numbers: unknown, headers: Record<string, string> = {}) =>
  api.request("POST", "/v1/do-not-call", { key: "operator", body: { phone_numbers }, headers });
const stream = (type: string, raw: string) =>
  api.request("POST", "/v1/do-not-call", { key: "operator", raw, headers: { "content-type": type } });
const listed = async (query = "") =>
  (await api.request("GET", `/v1/do-not-call${query}`)).body.items.map(
    (each: { phone_number: string }) => each.phone_number,
  );

test("numbers are added as JSON, CSV and NDJSON and listed newest first, each once", async () => {
  expect(await add(["+1 (415) 555-0100", "+14155550100", "0415"])).toMatchObject({
    status: 200,
    body: {
      created: 1,
      duplicates: 1,
      rejected_count: 1,
      rejected: [{ row: 3, phone_number: "0415", reason: expect.stringMatching(/international/) }],
    },
  });
  expect((await stream("text/csv", "Name,Phone Number\nAna,+14155550101\nBo,+14155550100\n")).body).toMatchObject({
    created: 1,
    duplicates: 1,
  });
  expect((await stream("application/x-ndjson", '{"phone_number":"+14155550102"}\n')).body).toMatchObject({
    created: 1,
  });
  expect(await listed()).toEqual(["+14155550102", "+14155550101", "+14155550100"]);
  const { items, count } = await api.pages("/v1/do-not-call?limit=2");
  expect({ numbers: items.length, pages: count }).toEqual({ numbers: 3, pages: 2 });
  expect(Object.keys(items[0]!).sort()).toEqual(["created_at", "created_by", "id", "phone_number"]);
  expect(items[0]).toMatchObject({ created_by: "the operator" });
});

test("a search finds numbers by their digits, however they are written", async () => {
  await add(["+14155550100", "+14155550101"]);
  expect(await listed("?search=0101")).toEqual(["+14155550101"]);
  expect(await listed(`?search=${encodeURIComponent("+1 (415) 555-0100")}`)).toEqual(["+14155550100"]);
  expect(await listed("?search=name")).toEqual([]);
});

test("a viewer sees numbers masked, and finds none by hidden digits", async () => {
  await add(["+14155550100"]);
  const seen = async (query: string) =>
    (await api.request("GET", `/v1/do-not-call${query}`, { key: "viewer" })).body.items;
  expect(await seen("")).toMatchObject([{ phone_number: "+1•••••0100" }]);
  expect(await seen("?search=0100")).toHaveLength(1);
  expect(await seen("?search=50100")).toHaveLength(0);
  for (const hidden of ["4155", "5550", "5501", "1415"]) expect(await seen(`?search=${hidden}`)).toHaveLength(0);
});

test("the whole list is exported as CSV", async () => {
  await add(Array.from({ length: 1_203 }, (_, n) => `+1415555${1_000 + n}`));
  for (const options of [{ headers: { accept: "text/csv" } }, {}]) {
    const path = `/v1/do-not-call${"headers" in options ? "" : "?format=csv"}`;
    const { text, type } = await api.request("GET", path, options);
    expect(type).toMatch("text/csv");
    const rows = parse<Record<string, string>>(text, { columns: true });
    expect(new Set(rows.map((row) => row.phone_number)).size).toBe(1_203);
  }
});

test("a number is taken off the list once; then it is 404", async () => {
  await add(["+14155550100"]);
  const [{ id }] = (await api.request("GET", "/v1/do-not-call")).body.items;
  expect(await api.request("DELETE", `/v1/do-not-call/${id}`, { key: "operator" })).toMatchObject({ status: 204 });
  expect(await listed()).toEqual([]);
  expect(await api.request("DELETE", `/v1/do-not-call/${id}`)).toMatchObject({ status: 404 });
  expect(await api.request("DELETE", `/v1/do-not-call/${UNKNOWN_ID}`)).toMatchObject({ status: 404 });
});

test.each<[string, unknown, string]>([
  ["nobody", [], "phone_numbers"],
  ["no list", "+14155550100", "phone_numbers"],
  ["a number that is none", [4155550100], "phone_numbers.0"],
  ["too many", Array.from({ length: 10_001 }, () => "+14155550100"), "phone_numbers"],
])("a body with %s is refused, the answer names the field, and nothing is listed", async (_, numbers, path) => {
  const { status, body } = await add(numbers);
  expect({ status, path: body.errors[0].path }).toEqual({ status: 400, path });
  expect(await listed()).toEqual([]);
});

test("CSV that breaks off, or has no column of numbers, lists nobody", async () => {
  expect(await stream("text/csv", 'phone_number\n+14155550100\n"+1415')).toMatchObject({ status: 400 });
  expect(await stream("text/csv", "name\nAna\n")).toMatchObject({ status: 400 });
  expect(await listed()).toEqual([]);
});

test("a request repeated under an Idempotency-Key is done once and gets the same answer", async () => {
  const first = await add(["+14155550100"], { "idempotency-key": "list-1" });
  const [{ id }] = (await api.request("GET", "/v1/do-not-call")).body.items;
  const remove = () => api.request("DELETE", `/v1/do-not-call/${id}`, { headers: { "idempotency-key": "unlist-1" } });
  expect((await remove()).status).toBe(204);
  const again = await remove();
  expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([204, "true"]);
  expect((await add(["+14155550100"], { "idempotency-key": "list-1" })).text).toBe(first.text);
  expect(await listed()).toEqual([]);
  expect(await add(["+14155550101"], { "idempotency-key": "list-1" })).toMatchObject({
    status: 422,
    body: { code: "idempotency_mismatch" },
  });
});

test("changes of the list are in the audit, without a number", async () => {
  await add(["+14155550100"]);
  const { text, body } = await api.request("GET", "/v1/audit?limit=1");
  expect(body.items).toMatchObject([
    { actor: "the operator", action: "do_not_call.add", detail: { created: 1, duplicates: 0, rejected_count: 0 } },
  ]);
  expect(text).not.toContain("0100");
});
