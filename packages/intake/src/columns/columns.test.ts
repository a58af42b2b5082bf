import { readCandidate } from "../candidate.ts";
import { ndjson, type RefusedRow, siftTable, type TakenRow } from "../sift-table.ts";
import { readRecords } from "../tables/records.ts";
import { openTable } from "../tables/table.ts";
import { candidateMaker, checkHeader, columnsByName, uniqueColumns } from "./columns.ts";

describe("columns of a file that a program sends", () => {
  test.each([
    [["phone_number", "name", "external_id"], { phones: [0], name: [1], externalId: 2 }],
    [["Phone", "Full Name", "External ID"], { phones: [0], name: [1], externalId: 2 }],
    [["phone", "phone_number"], { phones: [1], name: [], externalId: null }],
    [["number", "mobile"], { phones: [1], name: [], externalId: null }],
  ])("%j are found by name", (columns, mapping) => expect(columnsByName(columns)).toEqual(mapping));

  test("a header without a number, with a duplicate name or with a name that cannot be stored is a fault", () => {
    expect(() => columnsByName(["name"])).toThrow("The header row has no column phone_number");
    expect(() => checkHeader(["a", "b", "a"])).toThrow("names this column twice");
    expect(() => checkHeader(["a\0"])).toThrow("NUL");
    expect(() => checkHeader(["a", "", ""])).not.toThrow();
  });

  test.each([
    [
      ["city", "city", "city"],
      ["city", "city_2", "city_3"],
    ],
    [
      ["city", "city", "city_2"],
      ["city", "city_3", "city_2"],
    ],
    [
      ["", "", "a"],
      ["", "", "a"],
    ],
  ])("the columns %j become %j, with unique names", (columns, unique) =>
    expect(uniqueColumns(columns)).toEqual(unique),
  );
});

describe("a row as a candidate", () => {
  const make = (columns: string[], mapping: Partial<Parameters<typeof candidateMaker>[1]>, cells: string[]) =>
    candidateMaker(columns, { phones: [0], name: [], externalId: null, ...mapping })(cells);

  test("the second number is used if the first is empty; neither is a variable", () =>
    expect(make(["a", "b", "c"], { phones: [0, 1] }, [" ", " +4930901820 ", "x"])).toEqual({
      phone_number: "+4930901820",
      name: "",
      external_id: "",
      dynamic_variables: { c: "x" },
    }));

  test("parts of a name are joined, and stay variables under the file's names, like the external id's column", () =>
    expect(
      make(["p", "first_name", "last_name", "customer_id"], { name: [1, 2], externalId: 3 }, [
        "1",
        "Anna ",
        "Lind",
        "7",
      ]),
    ).toEqual({
      phone_number: "1",
      name: "Anna Lind",
      external_id: "7",
      dynamic_variables: { first_name: "Anna ", last_name: "Lind", customer_id: "7" },
    }));

  test("a column that is called name or external_id is no variable beside what the dial adds, unless it is read as something else", () => {
    const columns = ["p", "name", "external_id"];
    expect(make(columns, { name: [1], externalId: 2 }, ["1", "Anna", "7"]).dynamic_variables).toEqual({});
    expect(make(columns, {}, ["1", "Anna", "7"]).dynamic_variables).toEqual({ name: "Anna", external_id: "7" });
  });

  test("columns without a name, and the reason of a rejection, are not variables; __proto__ is a variable like others", () =>
    expect(
      Object.entries(make(["p", "", "rejected_because", "__proto__"], {}, ["1", "", "why", "x"]).dynamic_variables!),
    ).toEqual([["__proto__", "x"]]));

  test("a cell that is too long to be echoed whole is not read as the number at its beginning", () => {
    const candidate = make(["p"], {}, [`+4930901820${" ".repeat(300)}+4930901821`]);
    expect(candidate.phone_number.length).toBeLessThan(210);
    expect(readCandidate(candidate)).toHaveProperty("reason");
  });

  test("a name of more than 1,000 characters is refused, and the reason names its field", () =>
    expect(readCandidate({ phone_number: "+4930901820", name: "x".repeat(100_000) })).toEqual({
      reason: expect.stringContaining("name has more than"),
    }));
});

test("a table is separated into accepted and rejected rows, whole and in order", async () => {
  const text =
    'phone;name;city\r\n030 901820;Anna;Rome\r\n030 901820 / 821;Bo;Oslo\r\n\r\n"x"y;Cy\r\n0043 1 58858;Di\r\n';
  const table = await openTable(readRecords([text]));
  const reading = {
    columns: table!.columns,
    mapping: { phones: [0], name: [1], externalId: null },
    defaultCountry: "DE",
  };
  const taken: TakenRow[] = [];
  const refused: RefusedRow[] = [];
  for await (const group of siftTable(table!.rows, reading)) {
    taken.push(...group.taken);
    refused.push(...group.refused);
  }
  expect(taken.map(({ row, line, candidate }) => [row, line, candidate.phone_number])).toEqual([
    [1, 2, "+4930901820"],
    [4, 6, "+43158858"],
  ]);
  expect(refused.map(({ row, line, values, reason }) => [row, line, values, reason])).toEqual([
    [2, 3, ["030 901820 / 821", "Bo", "Oslo"], expect.stringContaining("May be +4930901820 or +4930901820821")],
    [3, 5, ['"x"y', "Cy"], "Has text behind a closing quote"],
  ]);
  const sent = ndjson(taken).trim().split("\n");
  expect(sent.map((line) => JSON.parse(line).dynamic_variables.city)).toEqual(["Rome", ""]);
});
