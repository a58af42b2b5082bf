import { linesToCsv } from "./pasted.ts";

test("pasted lines become a table of numbers and names, each on its own line behind the header", () => {
  expect(linesToCsv(` +14155550100 \n\n+14155550101, Bo, "the" boss\r\n030 901820\tCy;D`)).toBe(
    `"phone_number","name"\r\n"+14155550100",""\r\n"",""\r\n"+14155550101","Bo, ""the"" boss"\r\n"030 901820","Cy;D"\r\n`,
  );
});

test.each([
  ["a header row", "phone,name\n+14155550100,Ada"],
  ["the cells of a spreadsheet", "+14155550100\tAda\tBrennan"],
  ["nothing", "  \n"],
])("%s is not taken for pasted lines", (_, text) => {
  expect(linesToCsv(text)).toBeNull();
});
