import type { IntakeFault } from "../intake-fault.ts";
import { LONGEST_ROW, readRecords, type TableRecord } from "./records.ts";

const all = async (text: Iterable<string> | AsyncIterable<string>): Promise<TableRecord[]> => {
  const records: TableRecord[] = [];
  for await (const group of readRecords(text)) records.push(...group);
  return records;
};
const cellsOf = async (text: string) => (await all([text])).map(({ cells }) => cells);
const linesOf = async (text: string) => (await all([text])).map(({ line }) => line);

describe("rows and fields", () => {
  test.each<[string, string, string[][]]>([
    [
      "commas",
      "a,b\n1,2\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "semicolons",
      "a;b\n1,5;2\n",
      [
        ["a", "b"],
        ["1,5", "2"],
      ],
    ],
    [
      "tabs",
      "a\tb\n1\t2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "bars",
      "a|b\n1|2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "semicolons before commas within names",
      "name, first;phone\nA, B;1\n",
      [
        ["name, first", "phone"],
        ["A, B", "1"],
      ],
    ],
    [
      "a separator that only quotes hold is none",
      '"a;b;c",d\n1,2\n',
      [
        ["a;b;c", "d"],
        ["1", "2"],
      ],
    ],
    ["one column", "phone\n1\n2\n", [["phone"], ["1"], ["2"]]],
    [
      "a line sep=",
      "sep=;\r\na;b\r\n1;2\r\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    ["a quoted line sep=", '"sep=|"\na|b\n', [["a", "b"]]],
    ["sep= with an unlikely sign", "sep=^\na^b,c\n", [["a", "b,c"]]],
    [
      "CRLF, LF and CR in one file",
      "a,b\r\n1,2\n3,4\r5,6",
      [
        ["a", "b"],
        ["1", "2"],
        ["3", "4"],
        ["5", "6"],
      ],
    ],
    [
      "empty rows are no rows",
      "\n\na,b\n,\n \n1,2\n\t,\n\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "rows of empty quoted fields are no rows",
      'a,b\n"",""\n1,2\n',
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    ["short and long rows stay as they are", "a,b\n1\n1,2,3\n", [["a", "b"], ["1"], ["1", "2", "3"]]],
    [
      "quoted separators, quotes and line ends",
      'a,b\n"x,""y""\r\nz",2\n',
      [
        ["a", "b"],
        ['x,"y"\r\nz', "2"],
      ],
    ],
    [
      "blanks stay",
      'a,b\n 1 ,"  2"\n',
      [
        ["a", "b"],
        [" 1 ", "  2"],
      ],
    ],
    [
      "quotes inside an unquoted field are text",
      'a,b\n6" pipe,Bob "Bo" B\n',
      [
        ["a", "b"],
        ['6" pipe', 'Bob "Bo" B'],
      ],
    ],
    [
      "a quote behind a blank is text",
      'a,b\n1, "2"\n',
      [
        ["a", "b"],
        ["1", ' "2"'],
      ],
    ],
    [
      "no row end at the end",
      "a,b\n1,2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "quotes to the end",
      'a,b\n1,"2"',
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    ["nothing", "", []],
    ["only line ends", "\r\n\r\n", []],
    ["only a line sep=", "sep=;\n", []],
  ])("%s", async (_, text, cells) => expect(await cellsOf(text)).toEqual(cells));

  test("a given separator is used", async () => {
    const { value: group } = await readRecords(["a;b,c\n"], { separator: ";" }).next();
    expect(group[0].cells).toEqual(["a", "b,c"]);
  });

  test("text after a closing quote breaks its row and no other", async () => {
    const records = await all(['a,b\n"x"y,1\n"x" ,1\n"x""y",1\n"""x",1\n"x","y"z\n""x,1\n5,6\n']);
    expect(records.map(({ isBroken }) => isBroken)).toEqual([false, true, true, false, false, true, true, false]);
    expect(records.at(-1)).toEqual({ line: 8, cells: ["5", "6"], isBroken: false });
  });
});

describe("lines", () => {
  test.each<[string, string, number[]]>([
    ["LF", "a\n1\n2\n", [1, 2, 3]],
    ["CRLF", "a\r\n1\r\n2\r\n", [1, 2, 3]],
    ["CR", "a\r1\r2\r", [1, 2, 3]],
    ["CRLF inside quotes", 'a,b\r\n"x\r\ny\r\nz",1\r\n"x\r\ny",1\r\n2,2\r\n', [1, 2, 5, 7]],
    ["LF and CR inside quotes", 'a,b\n"x\ny\rz",1\n2,2\n', [1, 2, 5]],
    ["empty rows", "\n\na\n\n1\n\n\n2", [3, 5, 8]],
    ["a line sep=", "sep=;\r\na\r\n1\r\n", [2, 3]],
    ["a broken row with line ends in it", 'a,b\n"x\ny"z,1\n2,2\n', [1, 2, 4]],
  ])("line numbers are right for %s", async (_, text, lines) => expect(await linesOf(text)).toEqual(lines));
});

describe("faults of the whole file", () => {
  const fault = async (text: string): Promise<IntakeFault> => {
    const thrown = await all([text]).catch((error: unknown) => error);
    return thrown as IntakeFault;
  };
  test.each<[string, string, number]>([
    ["in the first row", '"a,b\n1,2\n', 1],
    ["in a row", 'a,b\n1,2\n"3,4\n5,6\n', 3],
    ["in a later field", 'a,b\n1,2\n3,"4\n5,6\n', 3],
    ["behind a quoted field with line ends", 'a,b\r\n"x\r\ny","z\r\n1,2\r\n', 3],
    ["at the end", 'a,b\n1,2\n3,"', 3],
    ["behind an escaped quote", 'a,b\n1,"2""\n3,4\n', 2],
    ["behind line ends inside quotes", 'a,b\r\n"x\r\ny",1\r\n2,"3', 4],
  ])("a quote that opens %s and never closes is reported at its line", async (_, text, line) => {
    const thrown = await fault(text);
    expect(thrown).toMatchObject({ name: "IntakeFault", line, path: `line ${line}` });
    expect(thrown.message).toBe("A quote opens here and never closes; close it or remove it");
  });

  test("rows before the fault are delivered first", async () => {
    const cells: string[][] = [];
    const reading = (async () => {
      for await (const group of readRecords(['a\n1\n2\n"3'])) cells.push(...group.map((record) => record.cells));
    })();
    await expect(reading).rejects.toThrow("never closes");
    expect(cells).toEqual([["a"], ["1"], ["2"]]);
  });

  test("a row of more than 100,000 characters is a fault, a shorter row is not", async () => {
    expect(await fault(`a\n1\n${"x".repeat(LONGEST_ROW + 10)}\n2\n`)).toMatchObject({ line: 3 });
    expect((await fault(`a\n1\n${"x".repeat(LONGEST_ROW + 10)}\n2\n`)).message).toContain(
      "more than 100000 characters",
    );
    expect(await cellsOf(`a\n${"x".repeat(LONGEST_ROW - 10)}\n`)).toHaveLength(2);
  });

  test("an open quote does not buffer the rest of the file", async () => {
    let given = 0;
    const endless = (function* () {
      yield 'a\n"1\n';
      for (;;) {
        given++;
        yield "2,3\n".repeat(1_000);
      }
    })();
    await expect(all(endless)).rejects.toMatchObject({ line: 2 });
    expect(given).toBeLessThan(100);
  });
});
