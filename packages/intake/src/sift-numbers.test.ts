import { siftNumbers } from "./sift-table.ts";
import { readRecords } from "./tables/records.ts";
import { openTable } from "./tables/table.ts";

test("every number column of a list of numbers counts; a row without a number, and each bad cell, is refused", async () => {
  const file = "Name,Phone,Mobile\nAda,+14155550100,+14155550101\nBo,,+14155550102\nCy,,\nDi,+14155550103,+1 415 / 2\n";
  const table = (await openTable(readRecords([file])))!;
  const mapping = { phones: [1, 2], name: [0], externalId: null };
  const taken: string[] = [];
  const refused: [number, string][] = [];
  for await (const group of siftNumbers(table.rows, { columns: table.columns, mapping })) {
    taken.push(...group.taken.map(({ candidate }) => candidate.phone_number));
    refused.push(...group.refused.map(({ row, reason }): [number, string] => [row, reason]));
  }
  expect(taken).toEqual(["+14155550100", "+14155550101", "+14155550102", "+14155550103"]);
  expect(refused).toEqual([
    [3, "The number is missing"],
    [4, expect.any(String)],
  ]);
});
