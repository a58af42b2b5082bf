import { launchCalls } from "../launches/launch-calls.ts";
import { useBed } from "../testing/use-bed.ts";
import { changeCampaign } from "./change-campaign.ts";

const bed = useBed();

const change = (id: string, fields: object) =>
  changeCampaign({ db: bed.db, directory: bed.directory })(id, fields, "test");
const archive = (id: string) => change(id, { archived: true });
const launch = (id: string) => launchCalls(bed.deps)(id, { include: "undialed" });
const listed = async (archived?: boolean) => (await bed.db.campaigns.list(null, 100, archived)).map(({ id }) => id);
const refusedAs = (code: string) => expect.objectContaining({ code });
const changes = () => bed.sql("SELECT detail FROM audit WHERE action = 'campaign.update' ORDER BY at, id");

test("an archived campaign is absent from lists and takes no launch until it is restored", async () => {
  const [id, other] = [await bed.campaign(2), await bed.campaign(1, 10)];
  const archived = await archive(id);
  expect(archived).toMatchObject({ status: "active", archived_at: expect.any(Date) });
  expect(await listed()).toEqual([other]);
  expect((await listed(true)).sort()).toEqual([id, other].sort());
  await expect(launch(id)).rejects.toEqual(refusedAs("campaign_archived"));
  expect(await bed.db.launches.preview(id, "undialed")).toMatchObject({ candidates: 2 });

  expect(await archive(id)).toEqual(archived);
  expect(await change(id, { archived: false, name: "Back" })).toMatchObject({ archived_at: null, name: "Back" });
  expect(await changes()).toEqual([{ detail: { archived: true } }, { detail: { archived: false, name: "Back" } }]);
  expect(await launch(id)).toMatchObject({ total_candidates: 2 });
});

test("a change of other fields leaves the campaign archived or not, as it was", async () => {
  const id = await bed.campaign(1);
  const { archived_at } = await archive(id);
  expect(await change(id, { name: "New" })).toMatchObject({ name: "New", archived_at });
  await expect(change("6f9619ff-8b86-4d01-b42d-00cf4fc964ff", { archived: true })).rejects.toEqual(
    refusedAs("not_found"),
  );
});

test("a campaign with unfinished calls cannot be archived, stopped or not, and no field is changed", async () => {
  const { campaignId, batchId, ids } = await bed.rows(2);
  await bed.place(ids[0]!);
  await expect(change(campaignId, { archived: true, name: "New" })).rejects.toEqual(refusedAs("campaign_busy"));
  await bed.db.stops.brake(batchId);
  await bed.db.stops.flip(batchId);
  await expect(archive(campaignId)).rejects.toEqual(refusedAs("campaign_busy"));
  expect(await bed.db.campaigns.find(campaignId)).toMatchObject({ name: "Test", archived_at: null });
  expect(await changes()).toEqual([]);
  await bed.sql("UPDATE retell_calls SET call_status = 'completed' WHERE id = $1", [ids[0]]);
  expect(await archive(campaignId)).toMatchObject({ archived_at: expect.any(Date) });
});

describe("in parallel with a launch", () => {
  test("a campaign cannot be archived while a launch of it is under way", async () => {
    const id = await bed.campaign(1);
    const holder = await bed.connect();
    await holder.query("BEGIN");
    await holder.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`launch:${id}`]);
    await expect(archive(id)).rejects.toEqual(refusedAs("campaign_busy"));
    await holder.query("ROLLBACK");
    holder.release();
    expect(await archive(id)).toMatchObject({ archived_at: expect.any(Date) });
  });

  test("a launch asks once more before it commits, so that archiving by hand meanwhile takes effect", async () => {
    const id = await bed.campaign(2);
    const holder = await bed.connect();
    await holder.query("BEGIN");
    await holder.query("LOCK TABLE audit IN SHARE MODE");
    const launched = launch(id).catch((error: unknown) => error);
    await bed.lockWaits(1);
    await bed.sql("UPDATE campaigns SET archived_at = clock_timestamp() WHERE id = $1", [id]);
    await holder.query("COMMIT");
    holder.release();
    expect(await launched).toEqual(refusedAs("campaign_archived"));
    expect(await bed.sql("SELECT 1 FROM retell_batch_calls")).toEqual([]);
  });

  test("a campaign is launched or archived fifty times, never both and never neither", async () => {
    for (let round = 0; round < 50; round++) {
      const id = await bed.campaign(3, round * 10);
      const both = [() => bed.db.launches.launch(id, "undialed", null), () => archive(id)];
      if (round % 2) both.reverse();
      const settled = await Promise.allSettled(both.map((each) => each()));
      const [launched, archived] = round % 2 ? settled.reverse() : settled;
      const isArchived = archived!.status === "fulfilled";
      expect(launched).toMatchObject({ value: { kind: isArchived ? "campaign_archived" : "launched" } });
      if (!isArchived) expect(archived).toMatchObject({ reason: { code: "campaign_busy" } });
    }
  });
});
