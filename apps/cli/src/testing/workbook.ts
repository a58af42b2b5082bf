/** A minimal workbook (.xlsx): an uncompressed zip archive with one sheet of texts and numbers. */
export function workbook(rows: (string | number)[][]): Buffer {
  const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const cell = (value: string | number, at: string) =>
    typeof value === "number"
      ? `<c r="${at}"><v>${value}</v></c>`
      : `<c r="${at}" t="inlineStr"><is><t>${escaped(value)}</t></is></c>`;
  const sheet = rows
    .map(
      (row, y) => `<row r="${y + 1}">${row.map((value, x) => cell(value, `${"ABCDEFGH"[x]}${y + 1}`)).join("")}</row>`,
    )
    .join("");
  const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  return archive({
    "xl/workbook.xml": `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    "xl/worksheets/sheet1.xml": `<worksheet xmlns="${main}"><sheetData>${sheet}</sheetData></worksheet>`,
  });
}

/** Fields of 2 and 4 bytes, little-endian. */
const fields = (...each: [size: 2 | 4, value: number][]): Buffer =>
  Buffer.concat(
    each.map(([size, value]) => {
      const bytes = Buffer.alloc(size);
      bytes.writeUIntLE(value, 0, size);
      return bytes;
    }),
  );

/** A zip archive whose entries are stored as they are (pkware.com, APPNOTE.TXT). The readers here do not check the checksum. */
export function archive(entries: Record<string, string>): Buffer {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, text] of Object.entries(entries)) {
    const [path, data] = [Buffer.from(name), Buffer.from(text)];
    const common = fields(
      [2, 20],
      [2, 0],
      [2, 0],
      [4, 0],
      [4, 0],
      [4, data.length],
      [4, data.length],
      [2, path.length],
      [2, 0],
    );
    const entry = Buffer.concat([fields([4, 0x04034b50]), common, path, data]);
    directory.push(
      Buffer.concat([fields([4, 0x02014b50], [2, 20]), common, fields([2, 0], [2, 0], [2, 0], [4, 0], [4, at]), path]),
    );
    local.push(entry);
    at += entry.length;
  }
  const index = Buffer.concat(directory);
  const end = fields(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, local.length],
    [2, local.length],
    [4, index.length],
    [4, at],
    [2, 0],
  );
  return Buffer.concat([...local, index, end]);
}
