import type { ImportReport } from "../../../api/types.ts";
import { guessUses, readHead } from "./columns.ts";
import { fromPasted, rejectedCsv, toUpload } from "./upload.ts";

test.each([
  ["Phone,Full Name,Role\n+14155550100,Ann,Nurse\n", "phone_number,name,Role\r\n+14155550100,Ann,Nurse\n"],
  ["\uFEFFPhone,Näme\r\n+14155550100,Änn\r\n", "phone_number,Näme\r\n+14155550100,Änn\r\n"],
  ['"Pho\nne",tel\nx,+14155550100', '"Pho\nne",phone_number\r\nx,+14155550100'],
  ["+14155550100,Ann\n+14155550101,Bob", "phone_number,name\r\n+14155550100,Ann\n+14155550101,Bob"],
  ["Tel;Name\n+14155550100;Ann, Dr\n", 'phone_number,name\r\n+14155550100,"Ann, Dr"'],
])("%j is sent as %j", async (text, sent) => {
  const head = readHead(text)!;
  expect(await (await toUpload(new Blob([text]), head, guessUses(head))).text()).toBe(sent);
});

test("pasted numbers, with or without names", () => {
  expect(fromPasted(" +14155550100 \r\n\n+14155550101, Ann, Dr\n+1;Bob")).toEqual({
    csv: 'phone_number,name\r\n+14155550100,\r\n+14155550101,"Ann, Dr"\r\n+1,Bob',
    count: 3,
  });
  expect(fromPasted(" \n").count).toBe(0);
});

test("rejected rows run in no spreadsheet", () => {
  const rejected = [
    { row: 1, phone_number: "=cmd|' /C calc'!A0", reason: "Is not a phone number" },
    { row: 2, phone_number: "+SUM(A1)", reason: "Is not a phone number" },
    { row: 3, phone_number: "+1415", reason: 'Has "too" few' },
  ];
  expect(rejectedCsv({ rejected } as ImportReport)).toBe(
    `row,phone_number,reason\r\n1,'=cmd|' /C calc'!A0,Is not a phone number\r\n2,'+SUM(A1),Is not a phone number\r\n3,+1415,"Has ""too"" few"`,
  );
});
