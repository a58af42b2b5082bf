import { rowsOf, useBed } from "../testing/use-bed.ts";
import { importCandidates } from "./import-candidates.ts";

const bed = useBed();

const number = (n: number) => `+1415${6_000_000 + n}`;
type Person = { n: number; name: string };
const rowsFor = (people: Person[]) =>
  rowsOf(
    people.map(({ n, name }) => ({
      phone_number: number(n),
      name,
      external_id: `x-${name}`,
      dynamic_variables: { of: name },
    })),
  );
const add = (campaignId: string, ...people: Person[]) => importCandidates({ db: bed.db })(campaignId, rowsFor(people));
const update = (campaignId: string, ...people: Person[]) =>
  importCandidates({ db: bed.db })(campaignId, rowsFor(people), { on_duplicate: "update" }, "test");
const stored = (campaignId: string) =>
  bed.sql<{ name: string; external_id: string; of: string }>(
    "SELECT name, external_id, dynamic_variables ->> 'of' AS of FROM candidates WHERE campaign_id = $1 AND deleted_at IS NULL ORDER BY ordinal",
    [campaignId],
  );
const are = (...names: string[]) => names.map((name) => ({ name, external_id: `x-${name}`, of: name }));

describe("an import with on_duplicate=update", () => {
  test("replaces name, external id and variables of known people in place, and adds the others", async () => {
    const campaignId = await bed.campaign(0);
    await add(campaignId, { n: 1, name: "Ana" }, { n: 2, name: "Bo" });
    const report = await update(campaignId, { n: 3, name: "Cy" }, { n: 1, name: "Ann" });
    expect(report).toMatchObject({ created: 1, updated: 1, duplicates: 0 });
    expect(await stored(campaignId)).toEqual(are("Ann", "Bo", "Cy"));
    const [entry] = await bed.sql<{ detail: object }>("SELECT detail FROM audit ORDER BY at DESC, id DESC LIMIT 1");
    expect(entry!.detail).toEqual({ created: 1, updated: 1, duplicates: 0, rejected_count: 0 });
  });

  test("uses the last row of a number, in the position of the first", async () => {
    const campaignId = await bed.campaign(0);
    await add(campaignId, { n: 1, name: "Ana" });
    const report = await update(
      campaignId,
      ...[
        { n: 2, name: "Bo" },
        { n: 1, name: "Ann" },
        { n: 3, name: "Cy" },
        { n: 2, name: "Bob" },
        { n: 1, name: "Anne" },
      ],
    );
    expect(report).toMatchObject({ created: 2, updated: 1, duplicates: 2 });
    expect(await stored(campaignId)).toEqual(are("Anne", "Bob", "Cy"));
  });

  test.each(["pending", "in progress"])("leaves people alone whose call is %s", async (state) => {
    const campaignId = await bed.campaign(0);
    await add(campaignId, { n: 1, name: "Ana" });
    const { ids, batchId } = await bed.launchRows(campaignId);
    if (state === "in progress") await bed.claim(ids[0]!);
    await add(campaignId, { n: 2, name: "Bo" });
    expect(await update(campaignId, { n: 1, name: "Ann" }, { n: 2, name: "Bob" })).toMatchObject({
      created: 0,
      updated: 1,
      duplicates: 1,
    });
    expect(await stored(campaignId)).toEqual(are("Ana", "Bob"));
    if (state === "in progress") return;
    await bed.db.stops.brake(batchId);
    await bed.db.stops.flip(batchId);
    expect(await update(campaignId, { n: 1, name: "Ann" })).toMatchObject({ updated: 1 });
  });

  test("brings a deleted candidate back with what the last row says", async () => {
    const campaignId = await bed.campaign(0);
    await add(campaignId, { n: 1, name: "Ana" });
    await bed.sql("UPDATE candidates SET deleted_at = now(), name = NULL");
    expect(await update(campaignId, { n: 1, name: "Ann" }, { n: 1, name: "Anne" })).toMatchObject({
      created: 1,
      updated: 0,
    });
    expect(await stored(campaignId)).toEqual(are("Anne"));
  });

  test("is refused while a launch of the campaign is under way, and stores nothing", async () => {
    const campaignId = await bed.campaign(0);
    await add(campaignId, { n: 1, name: "Ana" });
    const launching = await bed.connect();
    await launching.query("BEGIN");
    await launching.query("SELECT pg_advisory_xact_lock(hashtextextended('launch:' || $1, 0))", [campaignId]);
    const people = [
      { n: 1, name: "Ann" },
      { n: 2, name: "Bo" },
    ];
    await expect(update(campaignId, ...people)).rejects.toMatchObject({ code: "call_unfinished" });
    expect(await stored(campaignId)).toEqual(are("Ana"));
    expect(await add(campaignId, ...people)).toMatchObject({ created: 1, updated: 0, duplicates: 1 });
    await launching.query("COMMIT");
    launching.release();
    expect(await update(campaignId, ...people)).toMatchObject({ updated: 2 });
  });

  test("delays a launch until its commit, so that no call begins with half the import", async () => {
    const campaignId = await bed.campaign(0);
    await add(campaignId, { n: 1, name: "Ana" });
    const reading = await bed.connect();
    await reading.query("BEGIN");
    await reading.query("SELECT 1 FROM candidates WHERE campaign_id = $1 FOR UPDATE", [campaignId]);
    const updating = update(campaignId, { n: 1, name: "Ann" });
    await bed.lockWaits(1);
    const launching = bed.db.launches.launch(campaignId, "undialed", null);
    await bed.lockWaits(2);
    await reading.query("COMMIT");
    reading.release();
    expect(await updating).toMatchObject({ updated: 1 });
    expect(await launching).toMatchObject({ kind: "launched" });
  });

  test("does not deadlock with another in the opposite order", async () => {
    const campaignId = await bed.campaign(0);
    const people = Array.from({ length: 2_000 }, (_, n) => ({ n, name: `P${n}` }));
    await add(campaignId, ...people.slice(0, 1_000));
    const reports = await Promise.all([update(campaignId, ...people), update(campaignId, ...[...people].reverse())]);
    expect(reports.reduce((sum, { created }) => sum + created, 0)).toBe(1_000);
  });
});

test("an import says how many of the people it created are on the do-not-call list", async () => {
  const campaignId = await bed.campaign(0);
  await add(campaignId, { n: 1, name: "Ana" });
  await bed.db.doNotCall.add([[1, 2, 3].map(number)], "test", () => 0, null);
  expect(
    await add(campaignId, { n: 1, name: "Ana" }, { n: 2, name: "Bo" }, { n: 2, name: "Bo" }, { n: 4, name: "Di" }),
  ).toMatchObject({
    created: 2,
    duplicates: 2,
    on_do_not_call: 1,
  });
});
