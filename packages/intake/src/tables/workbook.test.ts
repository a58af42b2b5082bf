import { randomBytes } from "node:crypto";
import { strToU8, unzipSync, type Zippable, zipSync } from "fflate";
import { kindOf } from "./file-kind.ts";
import type { TableRecord } from "./records.ts";
import { openTable } from "./table.ts";
import { allDigits, readWorkbook } from "./workbook.ts";

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"';

/** A workbook as Excel writes it, without parts that no reader needs: sheets by the XML of their rows, texts, and number formats. */
function xlsx(sheets: string[], { texts = [] as string[], formats = ["General"], more = {} as Zippable } = {}) {
  const files: Record<string, string> = {
    "[Content_Types].xml": `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
    "xl/workbook.xml": `${HEAD}<workbook ${MAIN} xmlns:r="${OFFICE}"><sheets>${sheets.map((_, n) => `<sheet name="S${n}" sheetId="${n + 1}" r:id="rId${n + 1}"/>`).join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `${HEAD}<Relationships ${RELATIONS}>${sheets.map((_, n) => `<Relationship Id="rId${n + 1}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${n + 1}.xml"/>`).join("")}<Relationship Id="rId90" Type="${OFFICE}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId91" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
    "xl/sharedStrings.xml": `${HEAD}<sst ${MAIN}>${texts.map((text) => `<si><t xml:space="preserve">${text}</t></si>`).join("")}</sst>`,
    "xl/styles.xml": `${HEAD}<styleSheet ${MAIN}><numFmts>${formats.map((code, n) => `<numFmt numFmtId="${200 + n}" formatCode="${code}"/>`).join("")}</numFmts><cellXfs>${formats.map((_, n) => `<xf numFmtId="${200 + n}" applyNumberFormat="1"/>`).join("")}</cellXfs></styleSheet>`,
  };
  for (const [n, rows] of sheets.entries())
    files[`xl/worksheets/sheet${n + 1}.xml`] = `${HEAD}<worksheet ${MAIN}><sheetData>${rows}</sheetData></worksheet>`;
  return zipSync({
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])),
    ...more,
  });
}

const read = async (bytes: Uint8Array<ArrayBuffer>): Promise<TableRecord[]> => {
  const records: TableRecord[] = [];
  for await (const group of readWorkbook(bytes)) records.push(...group);
  return records;
};
const cellsOf = async (bytes: Uint8Array<ArrayBuffer>) => (await read(bytes)).map(({ cells }) => cells);
const inline = (at: string, text: string) =>
  `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;
const number = (at: string, value: string, style = 0) => `<c r="${at}" s="${style}"><v>${value}</v></c>`;

describe("the first sheet of a workbook", () => {
  test("has texts as they are, shared or in the cell, with their blanks", async () => {
    const rows = `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2">${inline("A2", " +49 30 901820 ")}${inline("B2", "M&#252;ller &amp; S\u00f6hne")}</row>`;
    expect(await cellsOf(xlsx([rows], { texts: ["phone", "Na&lt;me"] }))).toEqual([
      ["phone", "Na<me"],
      [" +49 30 901820 ", "M\u00fcller & S\u00f6hne"],
    ]);
  });

  test("has numbers as texts of all their digits, whatever their format looks like", async () => {
    const formats = ["General", "0", "0.00E+00", "[&lt;=9999999]###\\-####;\\(###\\)\\ ###\\-####", "&quot;+&quot;0"];
    const cells = formats.map((_, n) => number(`${"ABCDE"[n]}1`, "4915123456789", n)).join("");
    const more = [number("A2", "4.915123456789E12"), number("B2", "1.5E+20"), number("C2", "19.989999999999998")];
    expect(await cellsOf(xlsx([`<row r="1">${cells}</row><row r="2">${more.join("")}</row>`], { formats }))).toEqual([
      formats.map(() => "4915123456789"),
      ["4915123456789", "150000000000000000000", "19.99", "", ""],
    ]);
  });

  test("has dates as ISO 8601, truth values and formulas' results, and nothing for their errors", async () => {
    const cells = [number("A1", "45292", 1), number("B1", "45292.5", 1), '<c r="C1" t="b"><v>1</v></c>'];
    const formulas = [
      '<c r="D1" t="str"><f>A1</f><v>x</v></c>',
      '<c r="E1"><f>1+1</f><v>2</v></c>',
      '<c r="F1" t="e"><v>#N/A</v></c>',
      inline("G1", "z"),
    ];
    const rows = `<row r="1">${[...cells, ...formulas].join("")}</row>`;
    expect(await cellsOf(xlsx([rows], { formats: ["General", "yyyy\\-mm\\-dd"] }))).toEqual([
      ["2024-01-01", "2024-01-01T12:00:00Z", "true", "x", "2", "", "z"],
    ]);
  });

  test("has no rows of empty cells, and lines that are rows of the sheet", async () => {
    const rows = `<row r="3">${inline("B3", "phone")}</row><row r="4"><c r="B4" s="0"/></row><row r="5">${inline("B5", " ")}</row><row r="9">${inline("B9", "1")}${inline("D9", "2")}</row>`;
    expect(await read(xlsx([rows]))).toEqual([
      { line: 3, cells: ["", "phone", "", ""], isBroken: false },
      { line: 9, cells: ["", "1", "", "2"], isBroken: false },
    ]);
  });

  test("is the first by order; an empty one has no rows", async () => {
    expect(
      await cellsOf(xlsx([`<row r="1">${inline("A1", "first")}</row>`, `<row r="1">${inline("A1", "second")}</row>`])),
    ).toEqual([["first"]]);
    expect(await cellsOf(xlsx([""]))).toEqual([]);
    expect(await openTable(readWorkbook(xlsx([""])))).toBeNull();
  });

  test.each([
    ["4915123456789", "4915123456789"],
    ["12345678901234567890123", "12345678901234567890123"],
    ["-5", "-5"],
    ["0.1", "0.1"],
    ["1E-7", "1e-7"],
    ["x", "x"],
  ])("holds %s as %s", (stored, text) => expect(allDigits(stored)).toBe(text));
});

describe("a file that is not a workbook is refused by name", () => {
  const zip = (...names: string[]) => zipSync(Object.fromEntries(names.map((name) => [name, strToU8("x")])));
  test.each<[string, Uint8Array<ArrayBuffer>, string]>([
    [
      "an .ods",
      zip("mimetype", "content.xml", "styles.xml"),
      "an OpenDocument file (.ods); save it as .xlsx or as CSV",
    ],
    ["a Numbers file", zip("Index/Document.iwa", "preview.jpg"), "a Numbers file; export it"],
    ["an older Numbers file", zip("Index.zip"), "a Numbers file; export it"],
    ["an .xlsb", zip("[Content_Types].xml", "xl/workbook.bin"), "a binary Excel workbook (.xlsb); save it as .xlsx"],
    ["a Word file", zip("[Content_Types].xml", "word/document.xml"), "an Office file without a table"],
    ["a zip of CSV files", zip("a.csv"), "a zip archive, not a workbook; unpack it first"],
    ["a cut-off workbook", xlsx([""]).slice(0, 700), "a broken workbook; save it anew"],
    ["only a mark", new Uint8Array([0x50, 0x4b, 3, 4]), "a broken workbook"],
  ])("%s", async (_, bytes, message) => await expect(read(bytes)).rejects.toThrow(`This is ${message}`));

  test.each<[string, (number | string)[], string]>([
    [
      "an .xls, or an .xlsx with a password",
      [0xd0, 0xcf, 0x11, 0xe0],
      "an old Excel workbook (.xls) or one with a password",
    ],
    ["a PDF", ["%PDF-1.7"], "a PDF; export the table"],
    ["gzip", [0x1f, 0x8b, 8], "a compressed file (gzip); unpack it first"],
    ["a page called .xls", ['\n<html xmlns:x="urn:schemas-microsoft-com:office:excel">'], "a web page or XML"],
    ["XML called .xls", ['\ufeff<?xml version="1.0"?>'], "a web page or XML"],
  ])("%s", (_, parts, message) => {
    const head = new Uint8Array(parts.flatMap((part) => (typeof part === "string" ? [...strToU8(part)] : [part])));
    expect(() => kindOf(head)).toThrow(`This is ${message}`);
  });

  test("texts and workbooks are recognised", () => {
    expect(kindOf(strToU8("phone,name\n"))).toBe("text");
    expect(kindOf(new Uint8Array())).toBe("text");
    expect(kindOf(xlsx([""]))).toBe("workbook");
  });
});

describe("a workbook that would take too much memory", () => {
  const MB = 1_000_000;
  /** The sizes that the archive's directory claims for an entry. */
  const claiming = (bytes: Uint8Array<ArrayBuffer>, name: string, size: number) => {
    const view = new DataView(bytes.buffer);
    const wanted = strToU8(name);
    for (let at = 0; at + 46 < bytes.length; at++) {
      const isEntry = view.getUint32(at, true) === 0x02014b50 && view.getUint16(at + 28, true) === wanted.length;
      if (isEntry && wanted.every((byte, n) => bytes[at + 46 + n] === byte)) view.setUint32(at + 24, size, true);
    }
    return bytes;
  };
  test("is refused where its directory names more than 200 MB, in one entry or in many of one name", async () => {
    await expect(read(claiming(xlsx([""]), "xl/worksheets/sheet1.xml", 3_000 * MB))).rejects.toThrow(
      "more than 200 MB",
    );
    const twice = xlsx([""], { more: { "xl/a1.xml": strToU8("x"), "xl/a2.xml": strToU8("x") } });
    for (let at = 0; at < twice.length; at++) if (twice[at] === 0x61 && twice[at + 1] === 0x32) twice[at + 1] = 0x31;
    await expect(read(claiming(twice, "xl/a1.xml", 150 * MB))).rejects.toThrow("more than 200 MB");
  });

  test("is unpacked to no more than it claims, and then counts as broken", async () => {
    const rows = Array.from({ length: 30_000 }, (_, n) => `<row r="${n + 1}">${inline(`A${n + 1}`, "x")}</row>`).join(
      "",
    );
    await expect(read(claiming(xlsx([rows]), "xl/worksheets/sheet1.xml", 100_000))).rejects.toThrow("cannot be read");
    expect(Object.keys(unzipSync(claiming(xlsx([rows]), "xl/worksheets/sheet1.xml", 100_000)))).toContain(
      "xl/workbook.xml",
    );
  });

  test("is refused where one cell lies far outside, which would fill all rows up to it; empty ones may", async () => {
    await expect(read(xlsx([`<row r="1">${inline("A1", "phone")}${inline("XFD1", "x")}</row>`]))).rejects.toThrow(
      "a cell far outside its table",
    );
    await expect(read(xlsx([`<row r="1">${inline("A1", "phone")}</row><row r="99999999"></row>`]))).rejects.toThrow(
      "a cell far outside",
    );
    expect(await cellsOf(xlsx([`<row r="1">${inline("A1", "phone")}<c r="XFD1" s="0"/></row>`]))).toEqual([["phone"]]);
  });

  test("other entries, such as pictures, are neither counted nor unpacked", async () => {
    const picture = { "xl/media/image1.png": [randomBytes(1_000), { level: 0 }] as const };
    const bytes = claiming(
      xlsx([`<row r="1">${inline("A1", "phone")}</row>`], { more: picture as unknown as Zippable }),
      "xl/media/image1.png",
      4_000 * MB,
    );
    expect(await cellsOf(bytes)).toEqual([["phone"]]);
  });
});
