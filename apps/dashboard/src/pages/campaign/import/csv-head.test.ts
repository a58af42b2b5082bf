import { readHead } from "./csv-head.ts";
import { apiColumns, columnsOf, guessMapping, hasHeaderRow } from "./mapping.ts";
import { linesToCsv } from "./pasted.ts";
import { rejectedCsv } from "./rejected-csv.ts";
import { uploadBody } from "./upload-body.ts";

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** What would be sent for a file, with the columns as guessed. */
async function sent(content: Uint8Array<ArrayBuffer>): Promise<string> {
  const head = readHead(content, content.length);
  const hasHeader = hasHeaderRow(head.rows);
  const columns = apiColumns(columnsOf(head.rows, hasHeader), guessMapping(head.rows, hasHeader));
  return await (await uploadBody(new Blob([content]), head, hasHeader, columns)).text();
}

test.each([
  ["LF", "Phone,Name\n+14155550100,Ada\n", `"phone_number","name"\r\n+14155550100,Ada\n`],
  ["CRLF", "Phone,Name\r\n+14155550100,Ada\r\n", `"phone_number","name"\r\n+14155550100,Ada\r\n`],
  ["CR", "Phone,Name\r+14155550100,Ada\r", `"phone_number","name"\r\n+14155550100,Ada\r`],
  ["byte order mark", "\uFEFFPhone,Name\n+14155550100,Ada", `"phone_number","name"\r\n+14155550100,Ada`],
  ["empty lines first", "\r\n\nPhone,Name\n+14155550100,Ada", `"phone_number","name"\r\n+14155550100,Ada`],
  [
    "quotes, commas and line ends in the header",
    `"Phone","What, said ""so""\r\nthere"\r\n+14155550100,x`,
    `"phone_number","What, said ""so""\nthere"\r\n+14155550100,x`,
  ],
  ["no header row", "+14155550100,Ada\n+14155550101,Bo", `"phone_number","name"\r\n+14155550100,Ada\n+14155550101,Bo`],
  ["no header row, byte order mark", "\uFEFF+14155550100,Ada", `"phone_number","name"\r\n+14155550100,Ada`],
  ["only numbers", "+14155550100\n+14155550101", `"phone_number"\r\n+14155550100\n+14155550101`],
  ["semicolons", `Name;Mobile\n"Ada; B";+14155550100\n`, `"name","phone_number"\r\n"Ada; B","+14155550100"\r\n`],
  ["tabs", "Tel\tCity\n+14155550100\tRome", `"phone_number","City"\r\n"+14155550100","Rome"\r\n`],
])("a file with %s", async (_, file, expected) => {
  expect(await sent(bytes(file))).toBe(expected);
});

test("Latin-1 and UTF-16 are rewritten as UTF-8", async () => {
  const latin = Uint8Array.from("Phone,Name\n+14155550100,Zo\xeb", (char) => char.charCodeAt(0));
  expect(await sent(latin)).toBe(`"phone_number","name"\r\n"+14155550100","Zoë"\r\n`);
  const wide = new Uint8Array(
    Uint16Array.from("\uFEFFPhone,Name\n+14155550100,Zoë", (char) => char.charCodeAt(0)).buffer,
  );
  expect(await sent(wide)).toBe(`"phone_number","name"\r\n"+14155550100","Zoë"\r\n`);
});

test("of a large file only whole rows are shown, and a character cut in two does no harm", () => {
  const content = bytes(`phone,name\n${"+14155550100,ë\n".repeat(100)}`);
  for (const cut of [900, 901]) {
    const head = readHead(content.slice(0, cut), content.length);
    expect(head).toMatchObject({ encoding: "utf-8", isWhole: false, firstRowEnd: 11 });
    expect(head.rows.at(-1)).toEqual(["+14155550100", "ë"]);
    expect(Math.abs(head.rowCount - 101)).toBeLessThan(4);
  }
});

test("a first row that does not end within the head is not cut", () => {
  const content = bytes(`phone,"name\n${"x".repeat(100)}`);
  expect(readHead(content.slice(0, 50), content.length).firstRowEnd).toBeNull();
});

test.each([
  [["phone_number", "name", "external_id", "city"], { phone: 0, name: 1, externalId: 2 }],
  [["Account number", "Full Name", "Mobile"], { phone: 2, name: 1, externalId: null }],
  [["ID", "First name", "Last name", "Telephone"], { phone: 3, name: 1, externalId: 0 }],
  [["company", "notes"], { phone: null, name: null, externalId: null }],
])("columns %j", (columns, expected) => {
  expect(guessMapping([columns], true)).toEqual(expected);
});

test("a column of numbers is found whatever its name", () => {
  expect(
    guessMapping(
      [
        ["a", "b"],
        ["x", "+1 (415) 555-0100"],
      ],
      true,
    ).phone,
  ).toBe(1);
});

test("header names are never empty, never twice, and never one of the API's by chance", () => {
  const mapping = { phone: 3, name: null, externalId: null };
  expect(apiColumns(["name", "", "city", "tel", "city", "phone_number"], mapping)).toEqual([
    "name_2",
    "column_2",
    "city",
    "phone_number",
    "city_2",
    "phone_number_2",
  ]);
});

test("pasted lines", () => {
  expect(linesToCsv(` +14155550100 \n\n+14155550101, Bo, "the" boss\r\n+14155550102\tCy;D`)).toBe(
    `"phone_number","name"\r\n"+14155550100",""\r\n"+14155550101","Bo, ""the"" boss"\r\n"+14155550102","Cy;D"\r\n`,
  );
  expect(linesToCsv("phone,name\n+14155550100,Ada")).toBeNull();
  expect(linesToCsv("  \n")).toBeNull();
});

test("rejected rows are safe in a spreadsheet", () => {
  const reason = "Is not a phone number";
  expect(rejectedCsv([{ row: 3, phone_number: `=cmd|"x"`, reason }])).toContain(`"3","'=cmd|""x""","${reason}"`);
  expect(rejectedCsv([{ row: 3, phone_number: "+1+cmd", reason }])).toContain(`"'+1+cmd"`);
  expect(rejectedCsv([{ row: 3, phone_number: "+1415", reason }])).toContain(`"+1415"`);
});
