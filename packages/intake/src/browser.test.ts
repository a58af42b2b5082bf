import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { strToU8, zipSync } from "fflate";

type Read = (bytes: Uint8Array, chunkSize: number) => Promise<unknown>;

const HERE = path.dirname(fileURLToPath(import.meta.url));
/** The page's code: it detects the kind of file, then reads it. */
const PAGE = `
import { charsetOf, decode, kindOf, openTable, readPhoneNumber, readRecords, readWorkbook } from "./index.ts";
const chunks = function* (bytes, size) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
};
globalThis.read = async (given, size) => {
  const bytes = new Uint8Array(given);
  const records = kindOf(bytes) === "workbook"
    ? readWorkbook(bytes)
    : readRecords(decode(chunks(bytes, size), await charsetOf(chunks(bytes, size))));
  const { columns, rows } = await openTable(records);
  const lines = [];
  for await (const group of rows) for (const { line, cells } of group) lines.push([line, ...cells, readPhoneNumber(cells[0]).phoneNumber]);
  return JSON.stringify([columns, ...lines]);
};`;
/** The globals that the bundle may use: nothing of Node's, and no worker, which the page's policy forbids. */
const BROWSER = { TextDecoder, TextEncoder, URL, Blob, setTimeout, clearTimeout, queueMicrotask };

let read: Read;
beforeAll(async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "ringfence-intake-"));
  const outfile = path.join(folder, "page.js");
  await build({
    stdin: { contents: PAGE, resolveDir: HERE },
    absWorkingDir: HERE,
    bundle: true,
    platform: "browser",
    format: "iife",
    // The same as in apps/dashboard/vite.config.ts.
    alias: { "csv-parse": "csv-parse/browser/esm" },
    outfile,
    logLevel: "silent",
  });
  const context = createContext({ ...BROWSER });
  runInContext(await readFile(outfile, "utf8"), context);
  await rm(folder, { recursive: true });
  read = runInContext("read", context);
});

const BEGINNING = [
  ["phone", "name"],
  [2, "+49 30 901820", 'J\u00f6rg\r\n"x"', "+4930901820"],
  [4, "+4315885", "\u{1f600}", "+4315885"],
];
const CSV = 'phone;name\r\n+49 30 901820;"J\u00f6rg\r\n""x"""\r\n+4315885;\u{1f600}\r\n';

describe("bundled for a browser, with neither Node nor workers", () => {
  test.each([1, 7, 100_000])("CSV is read, in chunks of %i bytes", async (size) =>
    expect(JSON.parse(String(await read(strToU8(CSV), size)))).toEqual(BEGINNING),
  );

  test("UTF-16 is read", async () => {
    const bytes = new Uint8Array([0xff, 0xfe, ...Buffer.from(CSV, "utf16le")]);
    expect(JSON.parse(String(await read(bytes, 5)))).toEqual(BEGINNING);
  });

  test("many rows are read", async () => {
    const rows = JSON.parse(String(await read(strToU8(`phone,name\n${"+4930901820,Anna\n".repeat(20_000)}`), 65_536)));
    expect(rows).toHaveLength(20_001);
    expect(rows.at(-1)[0]).toBe(20_001);
  });

  test("a quote that never closes is reported at its line", async () =>
    await expect(read(strToU8('a,b\n1,2\n3,"4\n5,6\n'), 3)).rejects.toMatchObject({ line: 3 }));

  test("a workbook is read although a worker would unpack its sheet", async () => {
    const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
    const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const cell = (at: string, text: string) => `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`;
    const rows = Array.from(
      { length: 10_000 },
      (_, n) => `<row r="${n + 2}">${cell(`A${n + 2}`, "+4930901820")}</row>`,
    );
    const bytes = zipSync({
      "xl/workbook.xml": strToU8(
        `<workbook ${main} xmlns:r="${office}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
      ),
      "xl/_rels/workbook.xml.rels": strToU8(
        `<Relationships><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
      ),
      "xl/worksheets/sheet1.xml": strToU8(
        `<worksheet ${main}><sheetData><row r="1">${cell("A1", "phone")}</row>${rows.join("")}</sheetData></worksheet>`,
      ),
    });
    const table = JSON.parse(String(await read(bytes, 0)));
    expect(table.at(-1)).toEqual([10_001, "+4930901820", "+4930901820"]);
  });
});
