import { once } from "node:events";
import type { RequestOptions } from "../../testing/send-request.ts";
import { useApi } from "../../testing/test-api.ts";

const api = useApi();
let campaign: string;
beforeEach(async () => {
  campaign = await api.campaign(0);
});

const importCsv = (raw: NonNullable<RequestOptions["raw"]>, query = "", type = "text/csv") =>
  api.request("POST", `/v1/campaigns/${campaign}/candidates${query}`, {
    key: "operator",
    raw,
    headers: { "content-type": type },
  });
const kept = async () => (await api.pages(`/v1/campaigns/${campaign}/candidates?limit=1000`)).items;
const numbers = async () => (await kept()).map(({ phone_number }) => phone_number);
const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

test.each([
  ["semicolons", "Name;Phone\nAda;+14155550101\n"],
  ["tabs", "Name\tPhone\nAda\t+14155550101\n"],
  ["bars", "Name|Phone\nAda|+14155550101\n"],
  ["a line sep=", "sep=;\r\nName;Phone\r\nAda;+14155550101\r\n"],
  [
    "UTF-16",
    new Uint8Array(Uint16Array.from("\ufeffName;Phone\nAda;+14155550101", (char) => char.charCodeAt(0)).buffer),
  ],
  ["missing last fields, empty surplus fields and empty rows", "Name,Phone,City\n,,\nAda,+14155550101\n , ,\n,,,,\n"],
  ["an empty column without a name", "Name,,Phone,\nAda,,+14155550101,\n"],
])("a table with %s is read", async (_, raw) => {
  expect((await importCsv(raw)).body).toMatchObject({ created: 1, rejected_count: 0 });
  expect(await kept()).toMatchObject([{ phone_number: "+14155550101", name: "Ada" }]);
});

test("rows that nobody can read are rejected whole, with the line on which they begin", async () => {
  const { body } = await importCsv(
    'phone_number,note,\r\n+14155550101,"two\r\nlines",\r\n+14155550102,a,b,c\r\n+14155550103,x,y\r\n+14155550104,"say"so,\r\n+14155550105,5" pipe,\r\n',
  );
  expect(body).toMatchObject({ created: 2, rejected_count: 3 });
  expect(body.rejected).toEqual([
    {
      row: 2,
      line: 4,
      phone_number: "+14155550102",
      reason: expect.stringMatching(/4 fields/),
      values: ["+14155550102", "a", "b", "c"],
    },
    {
      row: 3,
      line: 5,
      phone_number: "+14155550103",
      reason: expect.stringMatching(/no name/),
      values: ["+14155550103", "x", "y"],
    },
    {
      row: 4,
      line: 6,
      phone_number: "+14155550104",
      reason: expect.stringMatching(/closing quote/),
      values: expect.any(Array),
    },
  ]);
  expect((await kept()).map(({ dynamic_variables }) => dynamic_variables)).toEqual([
    { note: "two\r\nlines" },
    { note: '5" pipe' },
  ]);
});

test("a quote that never closes is named by the line on which it opens", async () => {
  const { status, body } = await importCsv(
    'phone_number,name\r\n+14155550101,"a\r\nb"\r\n+14155550102,"never\r\nends\r\n',
  );
  expect({ status, path: body.errors[0].path }).toEqual({ status: 400, path: "line 4" });
  expect(await kept()).toEqual([]);
});

test("the charset that a client names is used; bytes invalid in it are 400 with their line, and nothing is stored", async () => {
  const table = latin1("phone_number,name\n+14155550101,Ada\n+14155550102,M\xfcnchen\n");
  expect(await importCsv(table)).toMatchObject({
    status: 400,
    body: { errors: [{ path: "line 3", message: expect.stringMatching(/UTF-8/) }] },
  });
  expect(
    await importCsv(latin1('{"phone_number":"+14155550101","name":"M\xfc"}'), "", "application/x-ndjson"),
  ).toMatchObject({ status: 400 });
  expect(
    await importCsv(latin1('{"candidates":[{"phone_number":"+14155550101","name":"M\xfc"}]}'), "", "application/json"),
  ).toMatchObject({
    status: 400,
    body: { errors: [{ path: "body", message: expect.stringMatching(/Line 1: .*UTF-8/) }] },
  });
  expect(await kept()).toEqual([]);
  expect((await importCsv(table, "", "text/csv; charset=windows-1252")).body).toMatchObject({ created: 2 });
  expect((await kept()).map(({ name }) => name)).toEqual(["Ada", "München"]);
});

test("a letter that was lost before the upload rejects its row, whatever the format", async () => {
  const lost = { phone_number: "+14155550101", dynamic_variables: { city: "M\ufffdnchen" } };
  const answers = [
    await importCsv("phone_number,city\n+14155550101,M\ufffdnchen\n"),
    await importCsv(JSON.stringify(lost), "", "application/x-ndjson"),
    await api.request("POST", `/v1/campaigns/${campaign}/candidates`, {
      key: "operator",
      body: { candidates: [lost] },
    }),
  ];
  for (const { body } of answers)
    expect(body).toMatchObject({ created: 0, rejected: [{ reason: expect.stringMatching(/U\+FFFD/) }] });
  await importCsv("phone_number\n+14155550101\n");
  const [person] = await kept();
  expect(
    await api.request("PATCH", `/v1/candidates/${person!.id}`, { key: "operator", body: { name: "M\ufffd" } }),
  ).toMatchObject({ status: 400, body: { errors: [{ path: "name" }] } });
});

describe("phone numbers in cells", () => {
  const TWO = ["+49 30 901820 / 821", "+49 30 901830-31", "+43 1 58858 / 1 58859"];

  test("a cell with two numbers is refused in CSV, NDJSON, JSON, PATCH and on the do-not-call list", async () => {
    const raw = TWO.map((cell) => `"${cell}"\n`).join("");
    const lines = TWO.map((phone_number) => `${JSON.stringify({ phone_number })}\n`).join("");
    const candidates = TWO.map((phone_number) => ({ phone_number }));
    const asked = { key: "operator" } as const;
    const answers = [
      await importCsv(`phone_number\n${raw}`),
      await importCsv(lines, "", "application/x-ndjson"),
      await api.request("POST", `/v1/campaigns/${campaign}/candidates`, { ...asked, body: { candidates } }),
      await api.request("POST", "/v1/do-not-call", { ...asked, body: { phone_numbers: TWO } }),
    ];
    for (const { body } of answers) {
      expect(body).toMatchObject({ created: 0, rejected_count: 3 });
      expect(body.rejected[0].reason).toMatch(/\+4930901820 .*\+4930901820821/);
    }
    await importCsv("phone_number\n+4930901820\n");
    const [person] = await kept();
    for (const phone_number of TWO)
      expect(
        await api.request("PATCH", `/v1/candidates/${person!.id}`, { ...asked, body: { phone_number } }),
      ).toMatchObject({
        status: 400,
        body: { errors: [{ path: "phone_number" }] },
      });
  });

  test("numbers without + are national numbers of default_country, whatever the format", async () => {
    const body = { candidates: [{ phone_number: "030 901821" }], default_country: "DE" };
    await importCsv("phone_number\n030 901820\n+14155550101\n491701234567\n", "?default_country=de");
    await importCsv('{"phone_number":"0170/1234567"}', "?default_country=DE", "application/x-ndjson");
    await api.request("POST", `/v1/campaigns/${campaign}/candidates`, { key: "operator", body });
    const [person] = await kept();
    const change = { phone_number: "030 901829", default_country: "DE" };
    await api.request("PATCH", `/v1/candidates/${person!.id}`, { key: "operator", body: change });
    expect(await numbers()).toEqual(["+4930901829", "+14155550101", "+491701234567", "+4930901821"]);
    const listed = await api.request("POST", "/v1/do-not-call?default_country=DE", {
      key: "operator",
      raw: "phone\n030 901822\n",
      headers: { "content-type": "text/csv" },
    });
    expect(listed.body.created).toBe(1);
    for (const country of ["XX", "DEU", "1"])
      expect(await importCsv("phone_number\n030 901820\n", `?default_country=${country}`)).toMatchObject({
        status: 400,
        body: { errors: [{ path: "default_country" }] },
      });
  });
});

test("rejected rows, corrected and imported again, lose neither name nor columns", async () => {
  const { body } = await importCsv('phone_number,name,city\n030 1,"Ada, L.",=Rome\n+14155550101,Bo,Oslo\n');
  expect(body).toMatchObject({ created: 1, rejected_count: 1, rejected: [{ values: ["030 1", "Ada, L.", "=Rome"] }] });
  // As the page and the command line write it, a guard before what a spreadsheet would run.
  const [, name] = body.rejected[0].values;
  const corrected = `phone_number,name,city,rejected_because\n+14155550102,"${name}",'=Rome,"${body.rejected[0].reason}"\n`;
  expect((await importCsv(corrected)).body).toMatchObject({ created: 1, rejected_count: 0 });
  expect((await kept())[1]).toMatchObject({ name: "Ada, L.", dynamic_variables: { city: "=Rome" } });
});

test("an answer names as many rejected rows as requested", async () => {
  const raw = `phone_number\n${"x\n".repeat(1_500)}`;
  expect((await importCsv(raw)).body.rejected).toHaveLength(1_000);
  expect((await importCsv(raw, "?rejected_limit=1200")).body.rejected).toHaveLength(1_200);
  expect((await importCsv(raw, "?rejected_limit=0")).body).toMatchObject({ rejected: [], rejected_count: 1_500 });
  expect(await importCsv(raw, "?rejected_limit=100001")).toMatchObject({ status: 400 });
  expect(await importCsv(raw, "?reject=1")).toMatchObject({ status: 400 });
});

test.each([
  ["no column of numbers", "name,city\n"],
  ["a row longer than any", `phone_number\n${"1".repeat(150_000)}\n`],
  ["bytes of another charset", latin1("phone_number,name\n+14155550101,M\xfc\n")],
])(
  "what follows a refused table (%s) is read too, so that the connection serves the next request",
  async (_, beginning) => {
    const rest = "+14155550101,Ada\n".repeat(100_000);
    const socket = api.socket();
    let answers = "";
    socket.on("data", (data) => {
      answers += data;
    });
    const body = Buffer.concat([Buffer.from(beginning as string), Buffer.from(rest)]);
    const head = `Host: x\r\nAuthorization: Bearer operator-key\r\n`;
    socket.write(
      `POST /v1/campaigns/${campaign}/candidates HTTP/1.1\r\n${head}Content-Type: text/csv\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    socket.write(body);
    socket.write(`GET /v1/lines HTTP/1.1\r\n${head}Connection: close\r\n\r\n`);
    await once(socket, "close");
    expect(answers).toMatch(/^HTTP\/1\.1 400 [\s\S]*HTTP\/1\.1 200 /);
  },
);
