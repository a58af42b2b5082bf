import { IntakeFault } from "@ringfence/intake";
import { guessed, openSource, previewOf } from "../plan.ts";
import { openFile, openPasted } from "./source.ts";

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const file = (content: Uint8Array<ArrayBuffer>, name = "people.csv"): File => new File([content], name);
const oneByte = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (char) => char.charCodeAt(0));
const wide = (text: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Uint16Array.from(text, (char) => char.charCodeAt(0)).buffer);

/** The preview of a file with its columns as guessed. */
async function shown(content: Uint8Array<ArrayBuffer>) {
  const opened = await openSource(await openFile(file(content)));
  const rows = await previewOf(opened.rows, { columns: opened.columns, mapping: guessed(opened) });
  return rows.map((row) =>
    "candidate" in row ? [row.candidate.phone_number, row.candidate.name] : [row.line, row.reason],
  );
}

const ADA = ["+14155550100", "Ada"];

test.each([
  ["LF", "Phone,Name\n+14155550100,Ada\n", [ADA]],
  ["CRLF", "Phone,Name\r\n+14155550100,Ada\r\n", [ADA]],
  ["CR", "Phone,Name\r+14155550100,Ada\r", [ADA]],
  ["a byte order mark", "\uFEFFPhone,Name\n+14155550100,Ada", [ADA]],
  ["empty lines first", "\r\n\nPhone,Name\n+14155550100,Ada", [ADA]],
  [
    "quotes, commas and line ends in the header",
    `"Phone","Name, said ""so""\r\nthere"\r\n+14155550100,x`,
    [["+14155550100", ""]],
  ],
  ["no header row", "+14155550100,Ada\n+14155550101,Bo", [ADA, ["+14155550101", "Bo"]]],
  [
    "only numbers",
    "+14155550100\n+14155550101",
    [
      ["+14155550100", ""],
      ["+14155550101", ""],
    ],
  ],
  ["semicolons", `Name;Mobile\n"Ada; B";+14155550100\n`, [["+14155550100", "Ada; B"]]],
  ["tabs", "Tel\tName\n+14155550100\tAda", [ADA]],
  ["an invalid number", "Phone,Name\n+14155550100,Ada\nnobody,Bo", [ADA, [3, "Is not a phone number"]]],
])("a file with %s is shown as it will be imported", async (_, text, expected) => {
  expect(await shown(bytes(text))).toEqual(expected);
});

test.each([
  ["windows-1252", oneByte("Phone,Name\n+14155550100,Zo\xeb")],
  ["utf-16le", wide("\uFEFFPhone,Name\n+14155550100,Zoë")],
  ["utf-8", bytes("Phone,Name\n+14155550100,Zoë")],
])("a file in %s is recognised", async (charset, content) => {
  expect((await openFile(file(content))).charset).toBe(charset);
  expect(await shown(content)).toEqual([["+14155550100", "Zoë"]]);
});

test("a file whose first non-ASCII letter comes late is still recognised", async () => {
  const content = oneByte(`Phone,Name\n${"+14155550100,Ada\n".repeat(20_000)}+14155550100,Zo\xeb\n`);
  expect((await openFile(file(content))).charset).toBe("windows-1252");
});

test("another charset is shown as soon as it is chosen", async () => {
  const source = await openFile(file(oneByte("Telefon;Jm\xe9no\n+420601123456;Ond\xf8ej")));
  const names = async (charset: string) => (await openSource(source, { charset })).rows.map(({ cells }) => cells[1]);
  expect(await names("windows-1252")).toEqual(["Ondøej"]);
  expect(await names("windows-1250")).toEqual(["Ondřej"]);
});

test("columns with the same name get distinct names", async () => {
  const { columns, fileColumns } = await openSource(await openFile(file(bytes("tel,city,city\n+14155550100,a,b"))));
  expect(columns).toEqual(["tel", "city", "city_2"]);
  expect(fileColumns).toEqual(["tel", "city", "city"]);
});

test.each([
  ["", "The file is empty"],
  ["\n \n", "Holds no rows"],
  ["%PDF-1.7", "This is a PDF"],
])("%j cannot be imported", async (text, message) => {
  const opening = openFile(file(bytes(text), "people.csv")).then(openSource);
  await expect(opening).rejects.toThrow(IntakeFault);
  await expect(opening).rejects.toThrow(message);
});

test("pasted lines are numbers and names, and keep their line numbers", async () => {
  const source = openPasted("+14155550100, Ada\n\n030 901820");
  const opened = await openSource(source);
  expect(opened.columns).toEqual(["phone_number", "name"]);
  expect(guessed(opened)).toMatchObject({ phones: [0], name: [1] });
  expect(opened.rows.map(({ line }) => source.lineOf(line))).toEqual([1, 3]);
});

test("an empty paste cannot be imported", () => {
  expect(() => openPasted(" \n")).toThrow(IntakeFault);
});
