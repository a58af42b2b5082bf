import { importCandidates } from "../candidates/import-candidates.ts";
import { rowsOf, useBed } from "../testing/use-bed.ts";
import { deleteCampaign } from "./delete-campaign.ts";

const bed = useBed();

const remove = (id: string) => deleteCampaign({ db: bed.db })(id, "test");
const add = (id: string, ...numbers: string[]) =>
  importCandidates({ db: bed.db })(id, rowsOf(numbers.map((phone_number) => ({ phone_number }))));
const refusedAs = (code: string) => expect.objectContaining({ code });
const peopleOf = (id: string) => bed.sql("SELECT 1 FROM candidates WHERE campaign_id = $1", [id]);
/** Blocks writes to the audit, the last step of imports and deletions, until it is released. */
async function holdAudit() {
  const holder = await bed.connect();
  await holder.query("BEGIN");
  await holder.query("LOCK TABLE audit IN SHARE MODE");
  return async () => {
    await holder.query("COMMIT");
    holder.release();
  };
}

test("a campaign without calls is deleted with its candidates, and the audit names who deleted it", async () => {
  const [id, other] = [await bed.campaign(3), await bed.campaign(2, 10)];
  await remove(id);
  expect(await bed.db.campaigns.find(id)).toBeNull();
  expect(await peopleOf(id)).toEqual([]);
  expect(await peopleOf(other)).toHaveLength(2);
  expect(await bed.sql("SELECT actor, campaign_id, detail FROM audit WHERE action = 'campaign.delete'")).toEqual([
    { actor: "test", campaign_id: id, detail: { name: "Test" } },
  ]);
  await expect(remove(id)).rejects.toEqual(refusedAs("not_found"));
  await expect(bed.launchRows(id)).rejects.toThrow("no_campaign");
});

test("a campaign with calls stays, even if all of them were cancelled", async () => {
  const { campaignId, batchId } = await bed.rows(2);
  await bed.db.stops.brake(batchId);
  await bed.db.stops.flip(batchId);
  await expect(remove(campaignId)).rejects.toEqual(refusedAs("campaign_has_calls"));
  expect(await bed.db.campaigns.find(campaignId)).toMatchObject({ candidates: 2, cancelled_calls: 2 });
  expect(await bed.sql("SELECT 1 FROM audit WHERE action = 'campaign.delete'")).toEqual([]);
});

describe("in parallel with a launch", () => {
  test("a deletion during the launch is refused and can be repeated", async () => {
    const id = await bed.campaign(1);
    const launch = await bed.connect();
    await launch.query("BEGIN");
    await launch.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`launch:${id}`]);
    await expect(remove(id)).rejects.toEqual(refusedAs("campaign_has_calls"));
    await launch.query("ROLLBACK");
    launch.release();
    await remove(id);
  });

  test("a launch during the deletion finds no campaign", async () => {
    const id = await bed.campaign(1);
    const release = await holdAudit();
    const removed = remove(id);
    await bed.lockWaits(1);
    const launched = bed.db.launches.launch(id, "undialed", null);
    await bed.lockWaits(2);
    await release();
    await removed;
    expect(await launched).toEqual({ kind: "no_campaign" });
  });

  test("a campaign is launched or deleted fifty times, never both and never neither", async () => {
    for (let round = 0; round < 50; round++) {
      const id = await bed.campaign(3, round * 10);
      const both = [() => bed.db.launches.launch(id, "undialed", null), () => remove(id)];
      if (round % 2) both.reverse();
      const settled = await Promise.allSettled(both.map((each) => each()));
      const [launched, removed] = round % 2 ? settled.reverse() : settled;
      const isGone = removed!.status === "fulfilled";
      expect(launched).toMatchObject({ value: { kind: isGone ? "no_campaign" : "launched" } });
      if (!isGone) expect(removed).toMatchObject({ reason: { code: "campaign_has_calls" } });
      expect(await peopleOf(id)).toHaveLength(isGone ? 0 : 3);
    }
  });
});

describe("in parallel with an import", () => {
  test("a deletion waits for an import that is writing, and deletes the imported candidates too", async () => {
    const id = await bed.campaign(1);
    const release = await holdAudit();
    const imported = add(id, "+14155552000", "+14155552001");
    await bed.lockWaits(1);
    const removed = remove(id);
    await bed.lockWaits(2);
    await release();
    expect(await imported).toMatchObject({ created: 2 });
    await removed;
    expect(await peopleOf(id)).toEqual([]);
  });

  test("an import that writes after the deletion finds no campaign and stores nothing", async () => {
    const id = await bed.campaign(1);
    const release = await holdAudit();
    const removed = remove(id);
    await bed.lockWaits(1);
    const imported = add(id, "+14155552000").catch((error: unknown) => error);
    await bed.lockWaits(2);
    await release();
    await removed;
    expect(await imported).toEqual(refusedAs("not_found"));
    expect(await bed.sql("SELECT 1 FROM candidates")).toEqual([]);
  });

  test("an import that replaces known people and a deletion never deadlock, fifty times", async () => {
    for (let round = 0; round < 50; round++) {
      const id = await bed.campaign(3, round * 10);
      const numbers = (await bed.db.candidates.list(id, null, 3)).map(({ phone_number }) => phone_number);
      const rows = rowsOf(numbers.map((phone_number) => ({ phone_number, name: "Again" })));
      const [imported, removed] = await Promise.allSettled([
        importCandidates({ db: bed.db })(id, rows, { on_duplicate: "update" }),
        remove(id),
      ]);
      expect(removed).toMatchObject({ status: "fulfilled" });
      if (imported.status === "rejected") expect(imported.reason).toEqual(refusedAs("not_found"));
      expect(await peopleOf(id)).toEqual([]);
    }
  });
});
