import fc from "fast-check";
import type { IntakeFault } from "../intake-fault.ts";
import { csvRow } from "../rejected-rows.ts";
import { decode } from "./charset.ts";
import { readRecords, type TableRecord } from "./records.ts";

const all = async (text: Iterable<string> | AsyncIterable<string>): Promise<TableRecord[]> => {
  const records: TableRecord[] = [];
  for await (const group of readRecords(text)) records.push(...group);
  return records;
};
const cellsOf = async (text: string) => (await all([text])).map(({ cells }) => cells);
const _linesOf = async (text: string) => (await all([text])).map(({ line }) => line);

test("rows are delivered while the text is still arriving", async () => {
  let given = 0;
  const endless = (function* () {
    yield "a,b\n";
    for (;;) {
      given++;
      yield `${given},x\n`.repeat(1_000);
    }
  })();
  let rows = 0;
  for await (const group of readRecords(endless)) {
    rows += group.length;
    // The first 65,536 characters are read before the first row.
    expect(given).toBeLessThanOrEqual(rows / 1_000 + 20);
    if (rows > 200_000) break;
  }
  expect(rows).toBeGreaterThan(200_000);
});

const messyText = fc
  .array(fc.constantFrom('"', '""', ",", ";", "\r\n", "\n", "\r", "a", "é", "語", "😀", " ", "x,y\n", '"q","r"\r\n'), {
    maxLength: 60,
  })
  .map((parts) => `head,er\n${parts.join("")}`);
/** Everything that was read, including a fault. */
const outcome = async (chunks: Iterable<Uint8Array>) => {
  const records: TableRecord[] = [];
  try {
    for await (const group of readRecords(decode(chunks))) records.push(...group);
  } catch (error) {
    return { records, fault: [(error as IntakeFault).message, (error as IntakeFault).line] };
  }
  return { records, fault: null };
};
const cut = (bytes: Uint8Array, places: number[]): Uint8Array[] => {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((one, other) => one - other);
  return [0, ...ends].map((start, n) => bytes.subarray(start, ends[n]));
};

test("the same rows are read, with the same lines and faults, however the bytes are cut into chunks", async () => {
  const encoder = new TextEncoder();
  // The beginning is buffered to find the separator, so the part that is parsed in pieces has to come after it.
  const beginning = encoder.encode(`head,"${"x\r\n".repeat(22_000)}"\n`);
  await fc.assert(
    fc.asyncProperty(messyText, fc.array(fc.nat(), { maxLength: 12 }), fc.boolean(), async (text, places, isLate) => {
      const bytes = encoder.encode(text);
      const before = isLate ? [beginning] : [];
      expect(await outcome([...before, ...cut(bytes, places)])).toEqual(await outcome([...before, bytes]));
    }),
    { numRuns: 80 },
  );
});

test("a row written by csvRow is read back", async () => {
  const cell = fc.string({ unit: "binary" }).filter((text) => !/[\ud800-\udfff]/u.test(text));
  const row = fc
    .array(cell, { minLength: 2, maxLength: 5 })
    .filter((cells) => cells.some((text) => text.trim() !== ""));
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 6 }), async (rows) => {
      expect(await cellsOf(rows.map((cells) => csvRow(cells)).join(""))).toEqual(rows);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ["is at fault in its beginning", `a,b\n1,${"x".repeat(200_000)}\n`],
  ["is at fault further on", `a,b\n${"1,2\n".repeat(40_000)}1,${"x".repeat(200_000)}\n`],
  ["is read to its end", "a,b\n1,2\n"],
])("the source of a text is closed when the text %s", async (_, text) => {
  let isLetGo = false;
  async function* giver() {
    try {
      for (let at = 0; at < text.length + 200_000; at += 10_000) yield text.slice(at, at + 10_000);
    } finally {
      isLetGo = true;
    }
  }
  try {
    for await (const _records of readRecords(giver()));
  } catch {
    // Another test checks the fault.
  }
  expect(isLetGo).toBe(true);
});
