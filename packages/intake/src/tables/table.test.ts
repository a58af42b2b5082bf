import fc from "fast-check";
import type { IntakeFault } from "../intake-fault.ts";
import { REJECTED_BECAUSE, rejectedHeader, rejectedLine, withGuard, withoutGuard } from "../rejected-rows.ts";
import { siftTable } from "../sift-table.ts";
import { readRecords } from "./records.ts";
import { openTable, type TableRow, unstorable } from "./table.ts";

const tableOf = async (text: string, hasHeader = true): Promise<{ columns: string[]; rows: TableRow[] }> => {
  const table = await openTable(readRecords([text]), { hasHeader });
  const rows: TableRow[] = [];
  for await (const group of table!.rows) rows.push(...group);
  return { columns: table!.columns, rows };
};
const faultsOf = async (text: string) => (await tableOf(text)).rows.map(({ fault }) => fault);

describe("rows under their columns", () => {
  test("missing last fields are empty, empty surplus fields are dropped", async () => {
    const { rows } = await tableOf("a,b,c\n1\n1,2,3,, \n1,2,3\n");
    expect(rows.map(({ cells }) => cells)).toEqual([
      ["1", "", ""],
      ["1", "2", "3"],
      ["1", "2", "3"],
    ]);
    expect(rows.map(({ fault }) => fault)).toEqual([null, null, null]);
    expect(rows.map(({ values }) => values.length)).toEqual([1, 5, 3]);
  });

  test("a field that belongs to no column rejects its row and no other", async () => {
    expect(await faultsOf('a,b,\n1,2,3\n1,2,,4\n"1"x,2\n1,2, \n1,\0\n1,M\ufffdller\n1,2\n')).toEqual([
      "Holds something in a column that has no name",
      "Has 4 fields, the header has 3",
      "Has text behind a closing quote",
      null,
      "Holds NUL, which cannot be stored",
      expect.stringContaining("Holds U+FFFD"),
      null,
    ]);
  });

  test("rows are counted without empty ones, lines with them", async () => {
    const { rows } = await tableOf('\nphone,name\r\n\r\n,\r\n1,"x\r\ny"\r\n\r\n2,\r\n');
    expect(rows.map(({ row, line }) => [row, line])).toEqual([
      [1, 5],
      [2, 8],
    ]);
  });

  test("column names are trimmed", async () =>
    expect((await tableOf(' phone , "x"\n1,2')).columns).toEqual(["phone", '"x"']));

  test("without a header the first row is data", async () => {
    const { columns, rows } = await tableOf("+49,Anna\n+43\n", false);
    expect(columns).toEqual(["column_1", "column_2"]);
    expect(rows.map(({ row, line, cells }) => [row, line, ...cells])).toEqual([
      [1, 1, "+49", "Anna"],
      [2, 2, "+43", ""],
    ]);
  });

  test("a file without rows has no table; an unreadable header is a fault", async () => {
    expect(await openTable(readRecords(["\n,\n"]))).toBeNull();
    const fault = (await openTable(readRecords(['\n"a"b,c\n1,2'])).catch((error: unknown) => error)) as IntakeFault;
    expect(fault).toMatchObject({
      name: "IntakeFault",
      line: 2,
      message: "Has text behind a closing quote in the header row",
    });
  });

  test.each([
    ["M\u00fcller \u{1f600}", false],
    ["a\0b", true],
    ["a\ufffdb", true],
  ])("%j cannot be stored: %s", (text, expected) => expect(unstorable(text) !== null).toBe(expected));
});

describe("rows that were not imported", () => {
  const FORMULAS = [
    "=1+1",
    "+1-2",
    "-5",
    "@x",
    "\t=1",
    "\r=1",
    "'=1",
    "''+x",
    "\uff1d1",
    "'",
    "''",
    "+49 30 901820",
    "+4930",
    "'+49",
  ];
  const text = fc.oneof(
    fc.string({ unit: "binary" }).filter((any) => !/[\ud800-\udfff]/u.test(any)),
    fc.constantFrom(...FORMULAS, "", '"', ",", "\r\n"),
  );

  test.each(FORMULAS)("the cell %j is read back unchanged, and no spreadsheet would run it", (cell) => {
    expect(withoutGuard(withGuard(cell))).toBe(cell);
    expect(withGuard(cell)).toMatch(/^(?!['\s]*$)?(?:'|\+[\d ]+$)/);
  });

  test("a guarded text differs, and removing the guard restores it", () =>
    fc.assert(
      fc.property(text, (cell) => expect(withoutGuard(withGuard(cell))).toBe(cell)),
      { numRuns: 2_000 },
    ));

  test("are written whole: columns, cells and surplus fields, whatever they hold", async () => {
    const name = text.filter((any) => any.trim() === any && any !== "" && any !== REJECTED_BECAUSE);
    const file = fc.uniqueArray(name, { minLength: 1, maxLength: 4 }).chain((columns) =>
      fc.record({
        columns: fc.constant(columns),
        rows: fc.array(
          fc.record({
            values: fc.array(text, { maxLength: columns.length + 2 }),
            reason: text.filter((any) => any.trim() !== ""),
          }),
          { minLength: 1, maxLength: 4 },
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(file, async ({ columns, rows }) => {
        const written = rejectedHeader(columns) + rows.map((row) => rejectedLine(columns, row)).join("");
        const read = await tableOf(written);
        expect(read.columns).toEqual([...columns, REJECTED_BECAUSE]);
        for (const [n, { values, reason }] of rows.entries()) {
          const surplus = values.slice(columns.length);
          const cells = columns.map((_, place) => values[place] ?? "");
          expect(read.rows[n]!.values).toEqual([...cells, reason, ...surplus]);
          expect(read.rows[n]!.cells).toEqual([...cells, reason]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("a row that is rejected again has only the new reason, in the last column", () => {
    const columns = ["phone", REJECTED_BECAUSE, "name"];
    expect(rejectedHeader(columns)).toBe('"phone","name","rejected_because"\r\n');
    expect(rejectedLine(columns, { values: ["1", "old", "=Anna", "x"], reason: "new" })).toBe(
      '"1","\'=Anna","new","x"\r\n',
    );
  });

  test("the reason is ignored, even if it could not be stored, and is not a variable", async () => {
    const table = await openTable(readRecords([`phone,${REJECTED_BECAUSE},city\n+4930901820,"why \ufffd",Berlin\n`]));
    const mapping = { phones: [0], name: [], externalId: null };
    for await (const { taken, refused } of siftTable(table!.rows, { columns: table!.columns, mapping })) {
      expect(refused).toEqual([]);
      expect(taken[0]!.candidate).toEqual({
        phone_number: "+4930901820",
        name: "",
        external_id: "",
        dynamic_variables: { city: "Berlin" },
      });
    }
  });

  test("apostrophes in other files stay", async () =>
    expect((await tableOf("phone,name\n'+49,'=x\n")).rows[0]!.cells).toEqual(["'+49", "'=x"]));
});
