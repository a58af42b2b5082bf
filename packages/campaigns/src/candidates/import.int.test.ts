import { rowsOf, useBed } from "../testing/use-bed.ts";
import { importCandidates } from "./import-candidates.ts";
import type { ImportRow } from "./sift-rows.ts";

const bed = useBed();

type Stored = {
  phone_number: string;
  name: string | null;
  external_id: string | null;
  dynamic_variables: Record<string, string>;
};
const stored = (campaignId: string) =>
  bed.sql<Stored>(
    "SELECT phone_number, name, external_id, dynamic_variables FROM candidates WHERE campaign_id = $1 ORDER BY ordinal",
    [campaignId],
  );
const numbers = async (campaignId: string) => (await stored(campaignId)).map((row) => row.phone_number);
const add = (campaignId: string, rows: Parameters<typeof rowsOf>[0], options = {}) =>
  importCandidates({ db: bed.db })(campaignId, rowsOf(rows), options);
const number = (n: number) => `+1415${6_000_000 + n}`;
const NOTHING = { updated: 0, duplicates: 0, on_do_not_call: 0, rejected_count: 0, rejected: [] };

test("valid rows are stored in order, invalid rows named with their position, duplicates counted", async () => {
  const campaignId = await bed.campaign(0);
  const report = await add(campaignId, [
    { phone_number: "+1 415 555 1009" },
    { phone_number: "555" },
    { phone_number: "+14155551001", name: "Ana" },
    { phone_number: "+1-415-555-1009", name: "again" },
    { phone_number: "", unreadable: "Has more fields than the header" },
    { phone_number: "+14155551005" },
  ]);
  expect(report).toEqual({
    created: 3,
    updated: 0,
    duplicates: 1,
    on_do_not_call: 0,
    rejected_count: 2,
    rejected: [
      { row: 2, phone_number: "555", reason: expect.stringMatching(/international/) },
      { row: 5, phone_number: "", reason: "Has more fields than the header" },
    ].map((each) => expect.objectContaining(each)),
  });
  expect(await stored(campaignId)).toMatchObject([
    { phone_number: "+14155551009", name: null },
    { phone_number: "+14155551001", name: "Ana" },
    { phone_number: "+14155551005", name: null },
  ]);
});

test("numbers that the campaign has are unchanged duplicates; another campaign accepts them", async () => {
  const [campaignId, other] = [await bed.campaign(0), await bed.campaign(0)];
  await add(campaignId, [{ phone_number: number(1), name: "first" }]);
  expect(
    await add(campaignId, [{ phone_number: number(2) }, { phone_number: number(1), name: "second" }]),
  ).toMatchObject({ created: 1, duplicates: 1 });
  expect(await stored(campaignId)).toMatchObject([
    { phone_number: number(1), name: "first" },
    { phone_number: number(2) },
  ]);
  expect(await add(other, [{ phone_number: number(1) }])).toMatchObject({ created: 1, duplicates: 0 });
});

test("an import without rows, or with only invalid rows, is no error", async () => {
  const campaignId = await bed.campaign(0);
  expect(await add(campaignId, [])).toEqual({ ...NOTHING, created: 0 });
  expect(await add(campaignId, [{ phone_number: "x" }])).toMatchObject({ created: 0, rejected_count: 1 });
});

test("the first thousand rejected rows are named, and all are counted", async () => {
  const campaignId = await bed.campaign(0);
  const report = await add(
    campaignId,
    Array.from({ length: 1_500 }, () => ({ phone_number: "x" })),
  );
  expect(report.rejected_count).toBe(1_500);
  expect(report.rejected).toHaveLength(1_000);
  expect(report.rejected.at(-1)).toMatchObject({ row: 1_000 });
});

test("an import into a campaign that does not exist is refused", () =>
  expect(add("6f9619ff-8b86-4d01-b42d-00cf4fc964ff", [])).rejects.toMatchObject({ code: "not_found" }));

test.each<[string, string, string]>([
  ["tabs and newlines", "a\tb\nc\r\nd", "a\tb\nc\r\nd"],
  ["backslashes", "\\ \\\\ \\n \\t \\. \\N \\x41", "\\ \\\\ \\n \\t \\. \\N \\x41"],
  ["COPY's own end", "\\.", "\\."],
  ["COPY's own null", "\\N", "\\N"],
  ["a line of COPY's end", "x\n\\.\ny", "x\n\\.\ny"],
  ["quotes", `"'\`$$`, `"'\`$$`],
  ["letters, emoji and other scripts", "Ána 🙂 Ωμέγα 日本 \u202e", "Ána 🙂 Ωμέγα 日本 \u202e"],
  ["a NUL, which PostgreSQL cannot hold", "a\0b", "ab"],
  ["half an emoji, which it cannot hold either", "a\ud83db", "a\ufffdb"],
  ["control characters", "\u0001\u0008\u001f\u007f\u0085\u2028", "\u0001\u0008\u001f\u007f\u0085\u2028"],
  ["braces that look like JSON", `{"a": [1, "b"]}`, `{"a": [1, "b"]}`],
])("%s survive", async (_, text, kept) => {
  const campaignId = await bed.campaign(0);
  const row = { name: text, external_id: text, dynamic_variables: { [`key ${text}`]: text } };
  await add(campaignId, [
    { phone_number: number(1), ...row },
    { phone_number: number(2), name: "after" },
  ]);
  expect(await stored(campaignId)).toEqual([
    { phone_number: number(1), name: kept, external_id: kept, dynamic_variables: { [`key ${kept}`]: kept } },
    { phone_number: number(2), name: "after", external_id: null, dynamic_variables: {} },
  ]);
});

test("variables become texts, and empty texts nothing", async () => {
  const campaignId = await bed.campaign(0);
  const dynamic_variables = { age: 41, member: false, balance: -1.5, none: "" };
  await add(campaignId, [{ phone_number: number(1), name: "", external_id: null, dynamic_variables }]);
  expect(await stored(campaignId)).toEqual([
    {
      phone_number: number(1),
      name: null,
      external_id: null,
      dynamic_variables: { age: "41", member: "false", balance: "-1.5", none: "" },
    },
  ]);
});

describe("an import whose source breaks off stores nothing", () => {
  const endless = async function* (good: number): AsyncGenerator<ImportRow["input"]> {
    for (let n = 0; n < good; n++) yield { phone_number: number(n) };
    throw new Error("the connection broke off");
  };

  test.each([0, 1, 600, 5_000])("after %d good rows", async (good) => {
    const campaignId = await bed.campaign(0);
    await expect(add(campaignId, endless(good))).rejects.toThrow("the connection broke off");
    expect(await stored(campaignId)).toEqual([]);
    expect(await add(campaignId, [{ phone_number: number(1) }])).toMatchObject({ created: 1 });
  });

  test("ten times in a row, and the connections stay usable", async () => {
    const campaignId = await bed.campaign(0);
    const broken = await Promise.allSettled(Array.from({ length: 10 }, () => add(campaignId, endless(700))));
    expect(broken.every((result) => result.status === "rejected")).toBe(true);
    expect(await Promise.all([1, 2, 3, 4, 5].map((n) => add(campaignId, [{ phone_number: number(n) }])))).toMatchObject(
      [1, 2, 3, 4, 5].map(() => ({ created: 1 })),
    );
  });
});

test("two parallel imports of the same numbers in opposite order do not deadlock, and nobody is lost", async () => {
  const campaignId = await bed.campaign(0);
  const rows = Array.from({ length: 4_000 }, (_, n) => ({ phone_number: number(n) }));
  for (let round = 0; round < 3; round++) {
    await bed.sql("DELETE FROM candidates");
    const reports = await Promise.all([
      add(campaignId, rows),
      add(campaignId, [...rows].reverse()),
      add(campaignId, rows),
    ]);
    expect(reports.reduce((sum, report) => sum + report.created, 0)).toBe(4_000);
    for (const report of reports) expect(report.created + report.duplicates).toBe(4_000);
  }
  expect(new Set(await numbers(campaignId)).size).toBe(4_000);
});

test("two imports in opposite order, both blocked by an uncommitted rival row, do not deadlock", async () => {
  const campaignId = await bed.campaign(0);
  const rows = Array.from({ length: 50 }, (_, n) => ({ phone_number: number(n) }));
  const rival = await bed.connect();
  await rival.query("BEGIN");
  await rival.query("INSERT INTO candidates (campaign_id, phone_number) VALUES ($1, $2)", [campaignId, number(25)]);
  const imports = [add(campaignId, rows), add(campaignId, [...rows].reverse())];
  await bed.lockWaits(2);
  await rival.query("COMMIT");
  rival.release();
  const reports = await Promise.all(imports);
  expect(reports.reduce((sum, report) => sum + report.created, 0)).toBe(49);
  expect(new Set(await numbers(campaignId)).size).toBe(50);
});

test("30,000 streamed rows are stored in their order", async () => {
  const campaignId = await bed.campaign(0);
  const rows = function* (): Generator<ImportRow["input"]> {
    for (let n = 0; n < 30_000; n++)
      yield { phone_number: number(29_999 - n), name: `Candidate ${n}`, dynamic_variables: { n } };
  };
  expect(await add(campaignId, rows())).toEqual({ ...NOTHING, created: 30_000 });
  const [{ misplaced } = { misplaced: -1 }] = await bed.sql<{ misplaced: number }>(
    "SELECT count(*)::int AS misplaced FROM (SELECT name, row_number() OVER (ORDER BY ordinal) - 1 AS n FROM candidates) c WHERE name <> 'Candidate ' || n",
  );
  expect(misplaced).toBe(0);
});
