import { countryOf, type ImportRow, siftRows } from "./sift-rows.ts";

const NOTHING_DONE = { created: 0, updated: 0, listed: 0, staged: 0 };
const row = (phone_number: string, values: unknown = [phone_number]): ImportRow => ({
  input: { phone_number },
  line: null,
  values,
});

/** Sifts rows, each as its own group; returns the accepted rows and the report. */
async function sift(rows: ImportRow[], options: Parameters<typeof siftRows>[1] = {}) {
  const sifted = siftRows(
    rows.map((each) => [each]),
    options,
    ({ phone_number }) => phone_number,
  );
  const taken: string[] = [];
  for await (const group of sifted.good) taken.push(...group);
  return { taken, report: sifted.report({ ...NOTHING_DONE, created: taken.length, staged: taken.length }) };
}

test("valid rows are accepted as E.164, invalid rows named with row, line and values", async () => {
  const rows: ImportRow[] = [
    row("+1 (415) 555-0100"),
    { input: { phone_number: "555" }, line: 7, values: ["555", "Ada"] },
    { input: { phone_number: "+14155550101", unreadable: "Has 3 fields" }, line: 8, values: ["a", "b", "c"] },
  ];
  const { taken, report } = await sift(rows);
  expect(taken).toEqual(["+14155550100"]);
  expect(report).toEqual({
    created: 1,
    duplicates: 0,
    rejected_count: 2,
    rejected: [
      { row: 2, line: 7, phone_number: "555", reason: expect.stringMatching(/international/), values: ["555", "Ada"] },
      { row: 3, line: 8, phone_number: "+14155550101", reason: "Has 3 fields", values: ["a", "b", "c"] },
    ],
  });
});

test("as many rejected rows are named as requested, a thousand by default; all are counted", async () => {
  const rows = Array.from({ length: 1_500 }, () => row("x"));
  expect((await sift(rows)).report).toMatchObject({ rejected_count: 1_500, rejected: { length: 1_000 } });
  expect((await sift(rows, { rejectedLimit: 1_200 })).report.rejected).toHaveLength(1_200);
  expect((await sift(rows, { rejectedLimit: 0 })).report).toMatchObject({ rejected_count: 1_500, rejected: [] });
});

test("values are repeated up to 16 MB in all; rows beyond are named without them, and counted", async () => {
  const large = "x".repeat(5_000_000);
  const { report } = await sift([
    row("1", large),
    row("2", large),
    row("3", large),
    row("4", large),
    row("5", "small"),
  ]);
  expect(report.rejected.map(({ values }) => (values as string | undefined)?.length)).toEqual([
    5_000_000,
    5_000_000,
    5_000_000,
    undefined,
    5,
  ]);
  expect(report.values_left_out).toBe(1);
});

test("numbers without + are national numbers of the given country, in upper or lower case", async () => {
  expect((await sift([row("030 901820")], { defaultCountry: countryOf("de") })).taken).toEqual(["+4930901820"]);
  expect(countryOf(undefined)).toBeUndefined();
  expect(() => countryOf("XX")).toThrow(expect.objectContaining({ code: "invalid_request" }));
});
