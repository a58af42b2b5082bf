import { type CsvHead, faultOfUses, guessUses, headerOf, readHead, toCsvRow } from "./columns.ts";

const head = (text: string): CsvHead => readHead(text)!;

test.each<[string, string, Partial<CsvHead>]>([
  [
    "plain",
    "phone_number,name\n+1,Ann\n",
    { columns: ["phone_number", "name"], hasHeader: true, rows: [["+1", "Ann"]], dataFrom: 18 },
  ],
  ["with a BOM and CRLF", "\uFEFFphone,name\r\n+1,Ann\r\n", { columns: ["phone", "name"], dataFrom: 12 }],
  [
    "quoted, with a line break in a name",
    '"phone\nnumber","na""me"\n+1,Ann',
    { columns: ["phone\nnumber", 'na"me'], dataFrom: 24 },
  ],
  ["semicolons", "Telephone;Name\n+14155550100;Ann", { delimiter: ";", columns: ["Telephone", "Name"] }],
  ["tabs", "tel\tname\n+14155550100\tAnn", { delimiter: "\t" }],
  ["empty lines before", "\n\nphone,name\n+1,Ann", { columns: ["phone", "name"], dataFrom: 13 }],
  [
    "without a header",
    "Ann,+1 (415) 555-0100\nBob,+14155550101\n",
    {
      hasHeader: false,
      columns: ["column_1", "column_2"],
      dataFrom: 0,
      rows: [
        ["Ann", "+1 (415) 555-0100"],
        ["Bob", "+14155550101"],
      ],
    },
  ],
  ["one column", "phone\n+14155550100", { delimiter: ",", columns: ["phone"] }],
  ["a header alone", "phone,name", { columns: ["phone", "name"], rows: [], dataFrom: 10 }],
])("the head of a file: %s", (_what, text, expected) => {
  expect(head(text)).toMatchObject(expected);
  if (expected.dataFrom) expect(text.slice(expected.dataFrom)).not.toMatch(/phone|tel/i);
});

test("an empty file has no head", () => {
  expect(readHead("")).toBeNull();
  expect(readHead("\n\n")).toBeNull();
});

test.each([
  ["Name,Mobile Number,ID,Role\nAnn,+14155550100,1,x", ["name", "phone_number", "external_id", "variable"]],
  ["phone_number,phone\n1,2", ["phone_number", "variable"]],
  ["a,b\nx,y", ["variable", "variable"]],
  ["+14155550100,Ann\n+14155550101,Bob", ["phone_number", "name"]],
])("%j holds %j", (text, uses) => {
  expect(guessUses(head(text))).toEqual(uses);
});

test("what cannot be imported is named", () => {
  expect(faultOfUses(["a", "b"], ["name", "variable"])).toMatch(/phone numbers/);
  expect(faultOfUses(["a", "b"], ["phone_number", "phone_number"])).toMatch(/Only one/);
  expect(faultOfUses(["a", "name"], ["phone_number", "variable"])).toBeNull();
  expect(faultOfUses(["a", "b", "name"], ["phone_number", "name", "variable"])).toMatch(/Two columns are named "name"/);
  expect(faultOfUses(["a", ""], ["phone_number", "variable"])).toMatch(/no name/);
});

test("the header that is sent names ours and keeps the rest", () => {
  expect(toCsvRow(headerOf(["Tel", 'Ro,"le'], ["phone_number", "variable"]))).toBe('phone_number,"Ro,""le"\r\n');
});
