import { CALL_SORTS } from "@ringfence/domain";
import { parse } from "csv-parse/sync";
import { useApi } from "../testing/test-api.ts";

/** Names with ties, in either case, with a number, with LIKE's wildcards, and a missing name; in import order. */
const NAMES = ["bob", "Ada", null, "ada", "Zoë", "", "100%", "a_b", "a\\b", "Eve +14159998877"];

const api = useApi();
let batch: string;
let calls: string;
beforeAll(async () => {
  const campaign = await api.campaign(0);
  await api.sql(
    "INSERT INTO candidates (campaign_id, phone_number, name) SELECT $1, '+1415555102' || (n - 1), name FROM unnest($2::text[]) WITH ORDINALITY t (name, n) ORDER BY n",
    [campaign, NAMES],
  );
  batch = (await api.launch(campaign)).id;
  await api.background.close();
  calls = `/v1/batches/${batch}/calls`;
  const ids = await api.callIds(batch);
  // Ties, nulls, and times that differ by a microsecond, which a Date does not keep.
  const seen = "2026-01-01T00:00:00.00000";
  for (const [at, n] of [0, 1, 1, 2, 3].entries()) {
    await api.sql(
      `UPDATE retell_calls SET claimed_at = $2, ended_at = date_trunc('second', now()) + make_interval(secs => $3),
         duration_ms = $4, call_status = 'failed', disconnection_reason = $5, error_message = $6 WHERE id = $1`,
      [ids[at * 2], `${seen}${n}Z`, n, n * 1_000, n === 1 ? "dial_busy" : null, n === 1 ? "x" : "no +14155551020 here"],
    );
  }
});

const list = async (query: Record<string, string>, key: "viewer" | "admin" = "admin") =>
  (await api.request("GET", `${calls}?${new URLSearchParams(query)}`, { key })).body.items;
const numbersOf = async (query: Record<string, string>, key?: "viewer" | "admin"): Promise<string> =>
  (await list(query, key)).map((call: { phone_number: string }) => call.phone_number.at(-1)).join("");

test.each([
  ["turn", "0123456789"],
  ["-turn", "9876543210"],
  ["claimed_at", "0246813579"],
  ["-claimed_at", "8642097531"],
  ["ended_at", "0246813579"],
  ["-duration_ms", "8642097531"],
])("calls sorted by %s have ties in import order or its reverse, and missing values last", async (sort, expected) => {
  expect(await numbersOf({ sort })).toBe(expected);
});

test.each(CALL_SORTS)("pages sorted by %s hold each call once, in the order of the whole list", async (sort) => {
  for (const key of ["admin", "viewer"] as const) {
    const whole = await list({ sort }, key);
    expect(whole).toHaveLength(NAMES.length);
    for (const limit of [1, 3])
      expect((await api.pages(`${calls}?sort=${sort}&limit=${limit}`, key)).items).toEqual(whole);
  }
});

test("names sort case-insensitively, missing names last, and descending reverses all but the missing names", async () => {
  const namesBy = async (sort: string) => (await list({ sort })).map((call: { name: string | null }) => call.name);
  const names = await namesBy("name");
  expect(names.slice(-2)).toEqual([null, ""]);
  expect(names.indexOf("ada")).toBe(names.indexOf("Ada") + 1);
  expect(names.indexOf("bob")).toBeGreaterThan(names.indexOf("ada"));
  expect(await namesBy("-name")).toEqual([...names.slice(0, -2).reverse(), "", null]);
});

test("a cursor of another order is 400, and no cursor shows a name", async () => {
  for (const sort of CALL_SORTS) {
    const { body } = await api.request("GET", `${calls}?sort=${sort}&limit=1`);
    expect(Buffer.from(body.next_cursor, "base64url").toString()).not.toMatch(/[Ee]ve|\+/);
    for (const other of CALL_SORTS.filter((each) => each !== sort)) {
      const answer = await api.request("GET", `${calls}?sort=${other}&cursor=${body.next_cursor}`);
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: "cursor" }] } });
    }
  }
});

test("an unknown order or format, and an empty search, are 400", async () => {
  for (const query of ["sort=phone_number", "format=xml", "search=", "search=%00", "reason="])
    expect(await api.request("GET", `${calls}?${query}`)).toMatchObject({ status: 400 });
});

test("search finds parts of names, literally and case-insensitively, and of numbers, however they are written", async () => {
  expect(await numbersOf({ search: "ADA" })).toBe("13");
  expect(await numbersOf({ search: "%" })).toBe("6");
  expect(await numbersOf({ search: "_" })).toBe("7");
  expect(await numbersOf({ search: "\\" })).toBe("8");
  expect(await numbersOf({ search: "+1 415-555-1023" })).toBe("3");
  expect(await numbersOf({ search: "5551" })).toBe("0123456789");
  expect(await numbersOf({ search: "nobody" })).toBe("");
  expect(await numbersOf({ search: "999" })).toBe("9");
});

test("a viewer finds no digit that is hidden from them, in numbers, names or reasons", async () => {
  const search = (text: string) => numbersOf({ search: text }, "viewer");
  expect(await search("ada")).toBe("13");
  expect(await search("1023")).toBe("3");
  expect(await search("10-2")).toBe("0123456789");
  expect(await search("8877")).toBe("9");
  for (const hidden of [
    "5551",
    "415",
    "51023",
    "+14155551023",
    "9998",
    "998",
    "98877",
    "+14159998877",
    "Eve +14159998877",
  ])
    expect({ hidden, found: await search(hidden) }).toEqual({ hidden, found: "" });
  expect(await numbersOf({ reason: "no +14155551020 here" }, "viewer")).toBe("");
  expect(await numbersOf({ reason: "no +1•••••1020 here" }, "viewer")).toBe("068");
});

test("the order by name does not reveal to a viewer which hidden digit is greater", async () => {
  const campaign = await api.campaign(0);
  await api.sql(
    "INSERT INTO candidates (campaign_id, phone_number, name) SELECT $1, '+1415555300' || n, 'Kim +1415' || (9 - n) || '998877' FROM generate_series(0, 2) n ORDER BY n",
    [campaign],
  );
  const { id } = await api.launch(campaign);
  const order = async (sort: string, key: "viewer" | "admin") =>
    (await api.request("GET", `/v1/batches/${id}/calls?sort=${sort}`, { key })).body.items
      .map((call: { phone_number: string }) => call.phone_number.at(-1))
      .join("");
  expect(await order("name", "admin")).toBe("210");
  expect(await order("name", "viewer")).toBe("012");
  expect(await order("-name", "viewer")).toBe("210");
});

test("numbers are masked alike in the search and in the answer, however their digits are separated", async () => {
  const names = ["Kim +1 415-999-8877", "Lee +49 (0)151 123.45 67", "Mo +1\u00a0415\u00a09998866 x", "No +12345"];
  const campaign = await api.campaign(0);
  await api.sql(
    "INSERT INTO candidates (campaign_id, phone_number, name) SELECT $1, '+1415555400' || (n - 1), name FROM unnest($2::text[]) WITH ORDINALITY t (name, n) ORDER BY n",
    [campaign, names],
  );
  const { id } = await api.launch(campaign);
  const path = `/v1/batches/${id}/calls`;
  const seen = (await api.request("GET", path, { key: "viewer" })).body.items.map(
    (call: { name: string }) => call.name,
  );
  expect(seen).toEqual(["Kim +1•••••8877", "Lee +4•••••4567", "Mo +1•••••8866 x", "No +12345"]);
  const found = async (search: string) =>
    (await api.request("GET", `${path}?${new URLSearchParams({ search })}`, { key: "viewer" })).body.items.map(
      (call: { name: string }) => call.name,
    );
  for (const [n, shown] of ["•••••8877", "•••••4567", "•••••8866 x"].entries())
    expect(await found(shown)).toEqual([seen[n]]);
  for (const hidden of ["15-9", "1 123", "415\u00a0"]) expect(await found(hidden)).toEqual([]);
});

test("the filters reason and status work alone and together, over pages", async () => {
  expect(await numbersOf({ reason: "dial_busy" })).toBe("24");
  expect(await numbersOf({ reason: "x" })).toBe("");
  expect(await numbersOf({ reason: "no +14155551020 here", sort: "-ended_at" })).toBe("860");
  expect(await numbersOf({ reason: "dial_busy", status: "pending" })).toBe("");
  expect((await api.pages(`${calls}?reason=dial_busy&sort=-claimed_at&limit=1`)).count).toBe(2);
});

test("format=csv is the export, with the same filters and order, whatever Accept says", async () => {
  const { text, type, headers } = await api.request(
    "GET",
    `${calls}?format=csv&sort=-ended_at&status=failed&search=102`,
  );
  expect(type).toBe("text/csv; charset=utf-8");
  expect(headers.get("content-disposition")).toBe(`attachment; filename=calls-${batch}.csv`);
  const rows = parse<Record<string, string>>(text, { columns: true });
  expect(rows.map((row) => row.phone_number!.at(-1)).join("")).toBe("86420");
  const json = await api.request("GET", `${calls}?format=json`, { headers: { accept: "text/csv" } });
  expect(json.type).toContain("application/json");
});

describe("reasons", () => {
  test("a list counts ended calls by status and reason, most frequent first; a viewer's are masked and merged", async () => {
    const ids = await api.callIds(batch);
    const [{ campaign_id: campaign }] = (await api.sql<{ campaign_id: string }>(
      "SELECT campaign_id FROM retell_calls WHERE id = $1",
      [ids[0]],
    )) as [{ campaign_id: string }];
    for (const path of [`/v1/batches/${batch}/reasons`, `/v1/campaigns/${campaign}/reasons`]) {
      const { body } = await api.request("GET", path);
      expect(body).toEqual({
        items: [
          { call_status: "failed", reason: "no +14155551020 here", calls: 3 },
          { call_status: "failed", reason: "dial_busy", calls: 2 },
        ],
        next_cursor: null,
      });
      const viewers = await api.request("GET", path, { key: "viewer" });
      expect(viewers.body.items[0]).toEqual({ call_status: "failed", reason: "no +1•••••1020 here", calls: 3 });
    }
    const other = await api.launch(await api.campaign(1, 700));
    expect((await api.request("GET", `/v1/batches/${other.id}/reasons`)).body.items).toEqual([]);
  });

  test("a list has at most 100 reasons; for a viewer, reasons that differ only in a hidden digit are merged", async () => {
    const { id } = await api.launch(await api.campaign(120, 1_000));
    await api.background.close();
    await api.sql(
      "UPDATE retell_calls SET call_status = 'failed', error_message = 'bad +1' || (400000 + turn % 1000) || '1029' WHERE batch_id = $1",
      [id],
    );
    expect((await api.request("GET", `/v1/batches/${id}/reasons`)).body.items).toHaveLength(100);
    expect((await api.request("GET", `/v1/batches/${id}/reasons`, { key: "viewer" })).body.items).toEqual([
      { call_status: "failed", reason: "bad +1•••••1029", calls: 120 },
    ]);
  });

  test("an unknown batch or campaign is 404, and a query is refused", async () => {
    for (const path of ["batches", "campaigns"]) {
      const unknown = `/v1/${path}/3e0a5ab8-2f6f-4b49-9d51-2d52c7f6f7a1/reasons`;
      expect(await api.request("GET", unknown)).toMatchObject({ status: 404 });
    }
    expect(await api.request("GET", `/v1/batches/${batch}/reasons?limit=5`)).toMatchObject({ status: 400 });
  });
});
