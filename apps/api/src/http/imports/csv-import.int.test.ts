import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { json } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { until } from "@ringfence/testkit";
import type { RequestOptions } from "../../testing/send-request.ts";
import { UNKNOWN_ID, useApi } from "../../testing/test-api.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;
const CSV = { "content-type": "text/csv" };

const api = useApi();
let campaign: string;
beforeEach(async () => {
  campaign = await api.campaign(0);
});

const importCsv = (raw: NonNullable<RequestOptions["raw"]>, headers: Record<string, string> = CSV) =>
  api.request("POST", `/v1/campaigns/${campaign}/candidates`, { key: "operator", raw, headers });
const kept = async () =>
  (await api.pages(`/v1/campaigns/${campaign}/candidates?limit=1000`)).items.map(
    ({ phone_number, name, external_id, dynamic_variables }) => ({
      phone_number,
      name,
      external_id,
      dynamic_variables,
    }),
  );
const numberOf = (n: number) => `+1415${5_000_000 + n}`;
const NOTHING = { created: 0, updated: 0, duplicates: 0, on_do_not_call: 0, rejected_count: 0, rejected: [] };

test("a header row names the columns, in any order; every column but those of the three fields is a variable", async () => {
  const { status, body } = await importCsv(
    "city, phone_number ,name,external_id,age\nRome,+14155550101,Ana,x1,30\nOslo,+1 (415) 555-0102,,,\n",
  );
  expect({ status, body }).toEqual({
    status: 200,
    body: { ...NOTHING, created: 2 },
  });
  expect(await kept()).toEqual([
    { phone_number: "+14155550101", name: "Ana", external_id: "x1", dynamic_variables: { city: "Rome", age: "30" } },
    { phone_number: "+14155550102", name: null, external_id: null, dynamic_variables: { city: "Oslo", age: "" } },
  ]);
});

test.each([
  ["Phone Number,Full Name,External-ID,City", { "Full Name": "Ana", "External-ID": "x1", City: "Rome" }],
  ["phone,NAME,ExternalId,Number", { NAME: "Ana", ExternalId: "x1", Number: "Rome" }],
  ["phone_number,Name,external_id,Phone", { Name: "Ana", Phone: "Rome" }],
])(
  "columns are recognised in any spelling, exact names first, and other columns are variables under their own names: %s",
  async (columns, dynamic_variables) => {
    const { body } = await importCsv(`${columns}\n+14155550101,Ana,x1,Rome\n`);
    expect(body).toMatchObject({ created: 1, rejected_count: 0 });
    expect(await kept()).toEqual([{ phone_number: "+14155550101", name: "Ana", external_id: "x1", dynamic_variables }]);
  },
);

test("a table may have BOM, CRLF, quotes, commas and newlines inside quotes, doubled quotes, emoji, right-to-left text, no last newline", async () => {
  const { body } = await importCsv(
    '\ufeff"phone_number","name",note\r\n+14155550101,"Doe, Jane","says ""hi""\r\nand goes"\r\n\r\n+14155550102,"علي 🙂","a\nb"\r\n"+14155550103",\'quoted\',=1+1',
    { "content-type": "text/csv; charset=UTF-8; header=present" },
  );
  expect(body).toEqual({ ...NOTHING, created: 3 });
  expect(await kept()).toMatchObject([
    { phone_number: "+14155550101", name: "Doe, Jane", dynamic_variables: { note: 'says "hi"\r\nand goes' } },
    { phone_number: "+14155550102", name: "علي 🙂", dynamic_variables: { note: "a\nb" } },
    { phone_number: "+14155550103", name: "'quoted'", dynamic_variables: { note: "=1+1" } },
  ]);
});

test("rows may end with any line ending, also mixed", async () => {
  const { body } = await importCsv("phone_number,name\n+14155550101,A\r\n\r\n+14155550102,B\r+14155550103,C\n\n");
  expect(body).toMatchObject({ created: 3, rejected_count: 0 });
  expect((await kept()).map(({ name }) => name)).toEqual(["A", "B", "C"]);
});

test("the control sequences of PostgreSQL's COPY are plain text", async () => {
  await importCsv('phone_number,name,"a\tb\\n"\n+14155550101,\\N,"tab\there \\. \\\\ end"\n+14155550102,\\.,\\x41\n');
  expect(await kept()).toMatchObject([
    { name: "\\N", dynamic_variables: { "a\tb\\n": "tab\there \\. \\\\ end" } },
    { name: "\\.", dynamic_variables: { "a\tb\\n": "\\x41" } },
  ]);
});

test("duplicates are counted, in the file and against the campaign; the first row is stored", async () => {
  await importCsv("phone_number,name\n+14155550101,Before\n");
  const { body } = await importCsv(
    "phone_number,name\n+14155550102,First\n+1 415 555 0101,Again\n+1-415-555-0102,Second\n+14155550103,Third\n",
  );
  expect(body).toMatchObject({ created: 2, duplicates: 2, rejected_count: 0 });
  expect((await kept()).map(({ name }) => name)).toEqual(["Before", "First", "Third"]);
});

test("bad rows are named, row 1 being the first after the header, and skipped; good rows are stored", async () => {
  const long = "x".repeat(201);
  const { status, body } = await importCsv(
    `phone_number,name,city\n4155550101,No plus,A\n+14155550101,Good,A\n,Nobody,A\n+14155550102,"Text"behind,A\n+14155550103,Too,many,fields\n+14155550104,${long},A\n+14155550105,Nul\0,A\n+1415,Short,A\n+14155550106,Good too,A\n`,
  );
  expect(status).toBe(200);
  expect(body).toMatchObject({ created: 2, duplicates: 0, rejected_count: 7 });
  expect(body.rejected).toMatchObject([
    {
      row: 1,
      line: 2,
      values: ["4155550101", "No plus", "A"],
      phone_number: "4155550101",
      reason: expect.stringContaining("international"),
    },
    { row: 3, phone_number: "", reason: "The number is missing" },
    { row: 4, phone_number: "+14155550102", reason: "Has text behind a closing quote" },
    { row: 5, phone_number: "+14155550103", reason: "Has 4 fields, the header has 3" },
    { row: 6, phone_number: "+14155550104", reason: expect.stringContaining("200 characters") },
    { row: 7, phone_number: "+14155550105", reason: expect.stringContaining("NUL") },
    { row: 8, phone_number: "+1415", reason: expect.any(String) },
  ]);
  expect((await kept()).map(({ name }) => name)).toEqual(["Good", "Good too"]);
});

test("an extremely long number is rejected, and returned whole only once", async () => {
  const { status, body } = await importCsv(`phone_number\n${"+1".repeat(40_000)}\n+14155550101\n`);
  expect({ status, created: body.created, rows: body.rejected.map(({ row }: { row: number }) => row) }).toEqual({
    status: 200,
    created: 1,
    rows: [1],
  });
  expect(body.rejected[0].phone_number).toHaveLength(200);
});

describe("a body that is not a list of candidates is 400 and stores nothing", () => {
  const GOOD = "+14155550101,Ana\n";
  test.each([
    ["an empty body", "", "body"],
    ["blank lines alone", "\n\r\n\n", "body"],
    ["no column phone_number", `city,name\n${GOOD}`, "phone_number"],
    ["a workbook", "PK\u0003\u0004rest of a zip archive", "body"],
    ["no header", GOOD, "phone_number"],
    ["a column named twice", `phone_number,name,name\n${GOOD}`, "name"],
    ["a column named with NUL", `phone_number,a\0b\n${GOOD}`, "header"],
    ["a column whose name lost a letter", `phone_number,Stra\ufffde\n${GOOD}`, "header"],
    ["a quote that never ends", `phone_number,name\n${GOOD}+14155550102,"Bob\n+14155550103,Cid\n`, "line"],
    ["a row longer than any", `phone_number,note\n${GOOD}+14155550102,${"x".repeat(200_000)}\n${GOOD}`, "line"],
  ])("%s", async (_what, raw, path) => {
    const { status, body } = await importCsv(raw);
    expect({ status, code: body.code, errors: body.errors }).toEqual({
      status: 400,
      code: "invalid_request",
      errors: [{ path: expect.stringMatching(new RegExp(`^${path}( \\d+)?$`)), message: expect.any(String) }],
    });
    expect(await kept()).toEqual([]);
  });

  test("a fault at the end of a long file stores nothing", async () => {
    const rows = Array.from({ length: 20_000 }, (_, n) => `${numberOf(n)},N ${n}\n`).join("");
    const { status, body } = await importCsv(`phone_number,name\n${rows}+14155550101,"never ends`);
    expect({ status, path: body.errors[0].path }).toEqual({ status: 400, path: "line 20002" });
    expect(await kept()).toEqual([]);
    expect((await importCsv(`phone_number,name\n${rows}`)).body.created).toBe(20_000);
  });

  test.each([
    ["in a charset that nobody knows", { "content-type": "text/csv; charset=windows-99" }],
    ["gzipped", { ...CSV, "content-encoding": "gzip" }],
    ["as another type", { "content-type": "application/vnd.ms-excel" }],
    ["as no type", {}],
  ])("a body sent %s is 415", async (_what, headers) => {
    const { status, body } = await importCsv(
      Buffer.from(`phone_number,name\n${GOOD}`),
      headers as Record<string, string>,
    );
    expect({ status, code: body.code }).toEqual({ status: 415, code: "unsupported_media_type" });
    expect(await kept()).toEqual([]);
  });

  test("an unknown campaign is 404, before the body is read", async () => {
    for (const id of [UNKNOWN_ID, "17"]) {
      const answer = await api.request("POST", `/v1/campaigns/${id}/candidates`, {
        raw: `phone_number,name\n${GOOD}`,
        headers: CSV,
      });
      expect(answer).toMatchObject({ status: 404, body: { code: "not_found" } });
    }
  });
});

describe.each(["Content-Length: 100000", "Transfer-Encoding: chunked"])(
  "a body that breaks off half-way (%s)",
  (header) => {
    const rows = `phone_number,name\n${Array.from({ length: 2_000 }, (_, n) => `${numberOf(n)},N\n`).join("")}`;
    const chunk = header.startsWith("Transfer") ? `${rows.length.toString(16)}\r\n${rows}\r\n` : rows;

    test.each(["end", "resetAndDestroy"] as const)("through the client's %s stores nothing", async (how) => {
      const socket = api.socket();
      let answer = "";
      socket.on("data", (data) => {
        answer += data;
      });
      socket.on("error", () => undefined);
      await once(socket, "connect");
      socket.write(
        `POST /v1/campaigns/${campaign}/candidates HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer operator-key\r\nContent-Type: text/csv\r\n${header}\r\n\r\n${chunk}`,
      );
      const copying = () =>
        api.sql(
          "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY staged%' AND state = 'active'",
        );
      await until("the import is under way", async () => (await copying()).length > 0);
      const closed = once(socket, "close");
      socket[how]();
      await closed;
      await until("the import has ended", async () => (await copying()).length === 0);
      if (how === "end") expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(await kept()).toEqual([]);
      expect((await importCsv(rows)).body).toMatchObject({ created: 2_000 });
      expect(api.logged.filter(({ level }) => level === "error")).toEqual([]);
    });
  },
);

test("100,000 rows stream through: all are created, in order, in memory that does not grow with the file", async () => {
  const ROWS = 100_000;
  /** Memory really held, in bytes. */
  const held = () => {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const atFirst = held();
  let mostHeld = 0;
  let sent = 0;
  function* rows() {
    yield "phone_number,name,note\n";
    for (let from = 0; from < ROWS; from += 500) {
      const chunk = Array.from(
        { length: 500 },
        (_, n) => `${numberOf(from + n)},N ${from + n},${"n".repeat(40)}\n`,
      ).join("");
      sent += chunk.length;
      yield chunk;
      if (from % 20_000 === 0) mostHeld = Math.max(mostHeld, held() - atFirst);
    }
  }
  // Not by fetch, which holds on to what it has sent.
  const upload = request(`${api.url}/v1/campaigns/${campaign}/candidates`, {
    method: "POST",
    headers: { ...CSV, authorization: "Bearer operator-key", "transfer-encoding": "chunked" },
  });
  const answered = once(upload, "response") as Promise<[IncomingMessage]>;
  await pipeline(rows, upload);
  const [answer] = await answered;
  expect(await json(answer)).toEqual({ ...NOTHING, created: ROWS });
  expect(sent).toBeGreaterThan(6_000_000);
  expect(mostHeld).toBeLessThan((sent * 2) / 3);
  const [order] = await api.sql<{ first: string; last: string; sorted: boolean }>(
    `SELECT (array_agg(name ORDER BY ordinal))[1] AS first, (array_agg(name ORDER BY ordinal DESC))[1] AS last,
       bool_and(rank = n) AS sorted
     FROM (SELECT name, ordinal, row_number() OVER (ORDER BY ordinal) AS rank, row_number() OVER (ORDER BY phone_number) AS n FROM candidates WHERE campaign_id = $1) ranked`,
    [campaign],
  );
  expect(order).toEqual({ first: "N 0", last: `N ${ROWS - 1}`, sorted: true });
}, 120_000);

test("parallel imports of one list into one campaign create each candidate once", async () => {
  const rows = Array.from({ length: 3_000 }, (_, n) => numberOf(n));
  const results = await Promise.all(
    [rows, [...rows].reverse(), rows].map((list) => importCsv(`phone_number\n${list.join("\n")}`)),
  );
  const created = results.map(({ body }) => body.created);
  expect(created.reduce((sum, each) => sum + each, 0)).toBe(3_000);
  for (const { body } of results) expect(body.created + body.duplicates).toBe(3_000);
  expect((await kept()).length).toBe(3_000);
});

test("a column may have any name, even that of a JavaScript property", async () => {
  const secret = randomUUID();
  await importCsv(`phone_number,__proto__,constructor,id\n+14155550101,${secret},b,c\n`);
  const [row] = await api.sql<{ text: string }>(
    "SELECT dynamic_variables::text AS text FROM candidates WHERE campaign_id = $1",
    [campaign],
  );
  expect(row!.text).toContain(secret);
});
