import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { CliError, EXIT } from "../exit-codes.ts";
import { importInto } from "../testing/import.ts";
import { archive, workbook } from "../testing/workbook.ts";

let folder: string;
let run: ReturnType<typeof importInto>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ringfence-cli-"));
  run = importInto(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const GRETA = { phone_number: "+4930901820", name: "Greta M\u00f6ller", external_id: "" };
const GERMAN = "Vorname;Nachname;Telefon;Ort\r\nGreta;M\u00f6ller;030 901820;M\u00fcnchen\r\n";
const SAID = 'people.csv: number from "Telefon"; name from "Vorname" + "Nachname"';

test.each<[string, Uint8Array, string]>([
  ["UTF-8", Buffer.from(GERMAN), ""],
  ["UTF-8 with its mark", Buffer.from(`\ufeff${GERMAN}`), ""],
  ["UTF-16", Buffer.from(`\ufeff${GERMAN}`, "utf16le"), "UTF-16"],
  ["Windows-1252", Buffer.from(GERMAN, "latin1"), "Windows-1252"],
  [
    "Windows-1252 late in the file",
    Buffer.from(GERMAN.replace("\r\n", `\r\n${";;;\r\n".repeat(40_000)}`), "latin1"),
    "Windows-1252",
  ],
])("a table in %s is read correctly, and the chosen charset is reported", async (_what, bytes, charset) => {
  const { sent, notes, report } = await run(bytes, { reading: { country: "DE" } });
  const variables = { Vorname: "Greta", Nachname: "M\u00f6ller", Ort: "M\u00fcnchen" };
  expect(sent).toEqual([{ ...GRETA, dynamic_variables: variables }]);
  const about = `people.csv is read as ${charset}; if letters are wrong, name another charset with --charset LABEL`;
  expect(notes).toEqual([...(charset ? [about] : []), SAID]);
  expect(report).toMatchObject({ created: 1, updated: 0, on_do_not_call: 0, rejected_count: 0, rejected: [] });
});

test.each<[string, string, string | Uint8Array]>([
  ["tabs", "people.txt", "phone_number\tname\n+49 30 901820\tGreta M\u00f6ller\n"],
  ["bars behind sep=", "people.csv", "sep=|\nphone_number|name\n+4930901820|Greta M\u00f6ller\n"],
  [
    "a workbook with another ending",
    "people.csv",
    workbook([
      ["phone_number", "name"],
      [4930901820, "Greta M\u00f6ller"],
    ]),
  ],
  ["NDJSON by its ending", "people.jsonl", '{"phone_number": "+4930901820", "name": "Greta M\u00f6ller"}\n\n'],
  ["NDJSON by its look", "people.txt", '\ufeff\n{"phone_number": "+4930901820", "name": "Greta M\u00f6ller"}'],
  [
    "NDJSON in Windows-1252",
    "people.ndjson",
    Buffer.from('{"phone_number": "+4930901820", "name": "Greta M\u00f6ller"}', "latin1"),
  ],
])("%s", async (_what, name, content) => {
  const { sent } = await run(content, { name, reading: { country: "DE" } });
  expect(sent).toMatchObject([{ phone_number: "+4930901820", name: "Greta M\u00f6ller" }]);
});

test("a list without a header is read from its first row on", async () => {
  const { sent, notes } = await run("+49 30 901820\n+14155550100\n", { name: "list.txt" });
  expect(sent).toMatchObject([{ phone_number: "+4930901820" }, { phone_number: "+14155550100" }]);
  expect(notes).toEqual(['list.txt: number from "column_1"; no name']);
});

test("named columns override the guess, a named charset overrides detection", async () => {
  const file = Buffer.from(
    "Phone;Mobile;Who;No\n+12025550100;+12025550101;Zo\u00eb;7\n+12025550102;;Ada;8\n",
    "latin1",
  );
  const reading = { phone: ["mobile", "Phone"], nameColumn: ["Who"], idColumn: "No", charset: "macintosh" };
  const { sent, notes } = await run(file, { reading });
  const [first, second] = sent as { dynamic_variables: object }[];
  expect(first).toMatchObject({ phone_number: "+12025550101", external_id: "7", name: "Zo\u00ce" });
  expect(second).toMatchObject({ phone_number: "+12025550102", name: "Ada" });
  expect(first!.dynamic_variables).toEqual({ Who: "Zo\u00ce", No: "7" });
  expect(notes).toEqual([
    'people.csv: number from "Mobile"; if that is empty from "Phone"; name from "Who"; external id from "No"',
  ]);
  const { notes: told } = await run(GERMAN, { json: true, reading: { country: "DE" } });
  expect(JSON.parse(told[0]!)).toEqual({ code: "columns", detail: expect.stringContaining("Telefon") });
});

const NUMBERS = "phone_number,name\n+14155550100,Ada\n";
test.each<[string, string | Uint8Array, object, RegExp]>([
  ["an unknown charset", NUMBERS, { reading: { charset: "klingon" } }, /^--charset: There is no charset "klingon"/],
  [
    "bytes that are not of the charset",
    Buffer.from(GERMAN, "latin1"),
    { reading: { charset: "utf-8" } },
    /people\.csv: line 2: Holds bytes that are not UTF-8; save/,
  ],
  [
    "an unknown column",
    NUMBERS,
    { reading: { phone: ["Tel"] } },
    /^--phone: \S+people\.csv has no column "Tel"\. Its columns: "phone_number", "name"$/,
  ],
  [
    "no column of numbers",
    "Name,\u001b[2JCity\nAda,Rome\n",
    {},
    /people\.csv has no column of phone numbers\. Its columns: "Name", "\?\[2JCity"\nName the column: --phone COLUMN$/,
  ],
  ["nothing", "", {}, /people\.csv is empty$/],
  ["an open quote", 'phone_number\n"+14155550100\n', {}, /people\.csv: line 2: A quote opens here and never closes/],
  [
    "an old workbook",
    Buffer.from("d0cf11e0a1b11ae1", "hex"),
    { name: "people.xlsx" },
    /people\.xlsx: This is an old Excel workbook \(\.xls\).*; save it as \.xlsx/,
  ],
  [
    "an OpenDocument file",
    archive({ "content.xml": "<x/>" }),
    {},
    /people\.csv: This is an OpenDocument file \(\.ods\); save/,
  ],
  [
    "a line that is not JSON",
    '{"phone_number": "+14155550100"}\nAda\n',
    { name: "a.ndjson" },
    /a\.ndjson: line 2: Is not valid JSON$/,
  ],
  [
    "a line without end",
    `{"phone_number": "${"1".repeat(100_001)}`,
    {},
    /people\.csv: line 1: Is longer than 100000 characters/,
  ],
  [
    "a missing folder",
    NUMBERS,
    { rejected: "/nowhere/rejected.csv" },
    /^--rejected: \/nowhere\/rejected\.csv: Cannot be written \(ENOENT\)/,
  ],
])("%s is wrong usage, and nothing is sent", async (_what, content, given, said) => {
  const error: CliError = await run(content, given).then(fail, (reason) => reason);
  expect(error).toBeInstanceOf(CliError);
  expect([error.exitCode, error.message]).toEqual([EXIT.usage, expect.stringMatching(said)]);
});
const fail = ({ sent }: { sent: object[] }) => new Error(`${sent.length} rows were sent`) as CliError;

test("rejected rows are written to the file whole and, once corrected, imported with all their fields", async () => {
  const rejected = join(folder, "rejected.csv");
  await writeFile(rejected, "open to others", { mode: 0o644 });
  const rows = [
    "Jan;Zwei;+49 30 901820 / 821;=1+1",
    ";;030 901830-31;",
    'Eva;"a;""b\r\nc";x;Ort',
    "Zu;viele;030 901820;a;b",
  ];
  const { report } = await run(`${GERMAN}${rows.join("\r\n")}\r\n`, { rejected, reading: { country: "DE" } });
  expect(report).toMatchObject({ created: 1, rejected_count: 4 });
  expect(report.rejected.map(({ row, line, phone_number }) => [row, line, phone_number])).toEqual([
    [2, 3, "+49 30 901820 / 821"],
    [3, 4, "030 901830-31"],
    [4, 5, "x"],
    [5, 7, "030 901820"],
  ]);
  expect(report.rejected[0]).toMatchObject({
    reason: expect.stringContaining("keep one number"),
    values: ["Jan", "Zwei", "+49 30 901820 / 821", "=1+1"],
  });
  const text = await readFile(rejected, "utf8");
  expect(text).toMatch(
    /^\ufeff"Vorname";"Nachname";"Telefon";"Ort";"rejected_because"\r\n"Jan";"Zwei";"'\+49 30 901820 \/ 821";"'=1\+1";"May be/,
  );
  expect(text).toMatch(/"Has 5 fields, the header has 4";"b"\r\n$/);
  expect((await stat(rejected)).mode & 0o777).toBe(0o600);

  // The file is read and overwritten.
  await writeFile(rejected, text.replace(" / 821", "").replace("901830-31", "901830").replace('"x"', '"030/901840"'));
  const again = await run(new Readable(), { name: "rejected.csv", rejected, reading: { country: "DE" } });
  expect(again.sent).toMatchObject([
    {
      phone_number: "+4930901820",
      name: "Jan Zwei",
      dynamic_variables: { Vorname: "Jan", Nachname: "Zwei", Ort: "=1+1" },
    },
    { phone_number: "+4930901830", name: "", dynamic_variables: { Ort: "" } },
    { phone_number: "+4930901840", name: 'Eva a;"b\r\nc', dynamic_variables: { Ort: "Ort" } },
  ]);
  expect((await readFile(rejected, "utf8")).match(/\r\n"/g)).toHaveLength(1);
});

test("rejected rows of NDJSON are written as a table, and imported once corrected", async () => {
  const rejected = join(folder, "rejected-lines.csv");
  const rows = [
    { phone_number: "12", name: "Ada", dynamic_variables: { city: "M\u00fcnchen", age: 7 } },
    { phone_number: "+14155550100", company: "ACME" },
    { phone_number: 14155550101, external_id: "7" },
    "+14155550102",
    { phone_number: "+14155550103", rejected_because: "it is ignored" },
  ];
  const { report, sent } = await run(rows.map((row) => JSON.stringify(row)).join("\n"), {
    name: "people.ndjson",
    rejected,
  });
  expect(sent).toEqual([{ phone_number: "+14155550103" }]);
  expect(report.rejected.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/^Must be international/),
    "company: not known",
    expect.stringMatching(/^phone_number: /),
    expect.stringMatching(/./),
  ]);
  expect(report.rejected[0]!.values).toEqual(rows[0]);
  const text = await readFile(rejected, "utf8");
  await writeFile(rejected, text.replace('"12"', '"+12025550104"').replace('"14155', '"+14155'));
  const again = await run(new Readable(), { name: "rejected-lines.csv" });
  expect(again.sent).toMatchObject([
    { phone_number: "+12025550104", name: "Ada", dynamic_variables: { city: "M\u00fcnchen", age: "7" } },
    { phone_number: "+14155550100", dynamic_variables: { company: "ACME" } },
    { phone_number: "+14155550101", external_id: "7" },
    { phone_number: "+14155550102" },
  ]);
});

test("a row that only the API rejects is reported by the file's own row and line", async () => {
  const rows = ["phone_number,name", "x,None", "+14155550100,Ada", ",", "+14155550101,Bob", "+14155550102,Cid"];
  const rejected = join(folder, "by-the-api.csv");
  const answer = { created: 1, rejected_count: 5, rejected: [{ row: 2, reason: "Too new" }] };
  const { report, notes } = await run(rows.join("\n"), { answer, rejected, siftFirst: false });
  expect(report).toMatchObject({ created: 1, rejected_count: 6 });
  expect(report.rejected).toMatchObject([
    { row: 1, line: 2, phone_number: "x" },
    { row: 3, line: 5, phone_number: "+14155550101", reason: "Too new", values: ["+14155550101", "Bob"] },
  ]);
  expect(await readFile(rejected, "utf8")).toMatch(/"\+14155550101","Bob","Too new"\r\n$/);
  expect(notes).toEqual(["The API rejected 4 more rows and did not name them"]);
});

test("stdin is spooled to an unnamed file; a wrong key ends the wait for its end", async () => {
  const before = await spools();
  const { sent, notes } = await run(GERMAN, { name: "-", reading: { country: "DE" } });
  expect(sent).toMatchObject([GRETA]);
  expect(notes).toEqual([SAID.replace("people.csv", "stdin")]);
  const endless = new Readable({ read() {} });
  endless.push("phone_number\n");
  const unknown = async () => Promise.reject(new Error("unknown key"));
  await expect(run(endless, { name: "-", session: unknown })).rejects.toThrow("unknown key");
  expect(endless.destroyed).toBe(true);
  expect(await spools()).toEqual(before);
});
const spools = async () => (await readdir(tmpdir())).filter((name) => /^ringfence-[0-9a-f]{8}-/.test(name));
