import { rowsOf, useBed } from "../testing/use-bed.ts";
import { correctCandidate, deleteCandidate } from "./change-candidate.ts";
import { importCandidates } from "./import-candidates.ts";

const bed = useBed();

const candidatesOf = async (campaignId: string) =>
  (await bed.db.candidates.list(campaignId, null, 100)).map(({ id }) => id);
const correct = (id: string, change: object) => correctCandidate({ db: bed.db })(id, change, "test");
const remove = (id: string) => deleteCandidate({ db: bed.db })(id, "test");
const refusedAs = (code: string) => expect.objectContaining({ code });
const add = (campaignId: string, ...numbers: string[]) =>
  importCandidates({ db: bed.db })(
    campaignId,
    rowsOf(numbers.map((phone_number) => ({ phone_number, name: "Again" }))),
  );

/** Brings a candidate's only call to an end of this kind. */
const end = {
  cancelled: (batchId: string) => bed.db.stops.brake(batchId).then(() => bed.db.stops.flip(batchId)),
  dialled: async (_: string, callId: string) => {
    await bed.place(callId, `call_${callId}`);
    await bed.sql("UPDATE retell_calls SET call_status = 'completed' WHERE id = $1", [callId]);
  },
};

describe("while a candidate's call is unfinished,", () => {
  test.each(["pending", "in progress"])("%s, nothing can be changed, and nothing is", async (state) => {
    const campaignId = await bed.campaign(1);
    const { ids } = await bed.launchRows(campaignId);
    if (state === "in progress") await bed.place(ids[0]!);
    const [id] = await candidatesOf(campaignId);
    const before = await bed.db.candidates.find(id!);
    await expect(correct(id!, { name: "Other" })).rejects.toEqual(refusedAs("call_unfinished"));
    await expect(correct(id!, { phone_number: "+14155559999" })).rejects.toEqual(refusedAs("call_unfinished"));
    await expect(remove(id!)).rejects.toEqual(refusedAs("call_unfinished"));
    expect(await bed.db.candidates.find(id!)).toEqual(before);
  });
});

describe("correcting", () => {
  test("changes the named fields, and the next dial uses them", async () => {
    const campaignId = await bed.campaign(1);
    const [id] = await candidatesOf(campaignId);
    expect(
      await correct(id!, { phone_number: "+1 (415) 555-2000", dynamic_variables: { age: 41 }, external_id: "x" }),
    ).toMatchObject({
      phone_number: "+14155552000",
      name: "Candidate 0",
      external_id: "x",
      dynamic_variables: { age: "41" },
    });
    expect(await correct(id!, { name: null })).toMatchObject({ name: null, external_id: "x" });
    const { ids } = await bed.launchRows(campaignId);
    expect(await bed.ask(ids[0]!)).toMatchObject({
      call: { toNumber: "+14155552000", dynamicVariables: { age: "41" } },
    });
    expect(await bed.sql("SELECT detail FROM audit WHERE action = 'candidate.update' ORDER BY at")).toEqual([
      { detail: { id, fields: ["phone_number", "external_id", "dynamic_variables"] } },
      { detail: { id, fields: ["name"] } },
    ]);
  });

  test("refuses an invalid number, another candidate's number, and a change of one that was dialled", async () => {
    const campaignId = await bed.campaign(2);
    const [id, other] = await candidatesOf(campaignId);
    await expect(correct(id!, { phone_number: "555" })).rejects.toEqual(
      expect.objectContaining({ code: "invalid_request", errors: [expect.objectContaining({ path: "phone_number" })] }),
    );
    await expect(correct(id!, { phone_number: "+14155551001" })).rejects.toEqual(refusedAs("duplicate_number"));
    const { ids, batchId } = await bed.launchRows(campaignId);
    await end.dialled(batchId, ids[0]!);
    await end.cancelled(batchId);
    await expect(correct(id!, { phone_number: "+14155552000" })).rejects.toEqual(refusedAs("already_dialled"));
    expect(await correct(id!, { phone_number: "+14155551000", name: "Same" })).toMatchObject({ name: "Same" });
    expect(await correct(other!, { phone_number: "+14155552000" })).toMatchObject({ phone_number: "+14155552000" });
  });

  test("refuses a candidate that does not exist", () =>
    expect(correct("6f9619ff-8b86-4d01-b42d-00cf4fc964ff", {})).rejects.toEqual(refusedAs("not_found")));
});

describe("deleting", () => {
  test("leaves nothing of a candidate without calls", async () => {
    const campaignId = await bed.campaign(2);
    const [id] = await candidatesOf(campaignId);
    await remove(id!);
    expect(await bed.sql("SELECT 1 FROM candidates WHERE campaign_id = $1", [campaignId])).toHaveLength(1);
    expect(await bed.db.campaigns.find(campaignId)).toMatchObject({ candidates: 1, undialed_candidates: 1 });
    await expect(remove(id!)).rejects.toEqual(refusedAs("not_found"));
    await expect(correct(id!, {})).rejects.toEqual(refusedAs("not_found"));
  });

  test.each(["cancelled", "dialled"] as const)(
    "of a candidate with a %s call: only that is left, with its number",
    async (kind) => {
      const campaignId = await bed.campaign(2);
      const { ids, batchId } = await bed.launchRows(campaignId, 1);
      await end[kind](batchId, ids[0]!);
      const [id] = await candidatesOf(campaignId);
      await bed.sql(`UPDATE candidates SET external_id = 'x', dynamic_variables = '{"a": "b"}'`);
      const before = await bed.batch(batchId);
      await remove(id!);
      expect(await bed.batch(batchId)).toEqual(before);
      expect(await bed.db.candidates.find(id!)).toBeNull();
      expect(await candidatesOf(campaignId)).toHaveLength(1);
      expect(await bed.db.lists.call(ids[0]!)).toMatchObject({ phone_number: "+14155551000", name: null });
      expect(await bed.sql("SELECT name, external_id, dynamic_variables FROM candidates WHERE id = $1", [id])).toEqual([
        { name: null, external_id: null, dynamic_variables: {} },
      ]);
      expect(await bed.db.campaigns.find(campaignId)).toMatchObject({ candidates: 1, undialed_candidates: 1 });
      expect(await bed.db.launches.preview(campaignId, "undialed")).toMatchObject({ candidates: 1 });
      await expect(remove(id!)).rejects.toEqual(refusedAs("not_found"));
    },
  );

  test("and importing again: a person who was dialled is not dialled anew, another is called", async () => {
    const campaignId = await bed.campaign(2);
    const { ids, batchId } = await bed.launchRows(campaignId);
    await end.dialled(batchId, ids[0]!);
    await end.cancelled(batchId);
    for (const id of await candidatesOf(campaignId)) await remove(id);
    expect(await add(campaignId, "+14155551005", "+14155551001", "+14155551000", "+14155551001")).toMatchObject({
      created: 3,
      duplicates: 1,
    });
    expect((await bed.db.candidates.list(campaignId, null, 10)).map(({ phone_number }) => phone_number)).toEqual([
      "+14155551005",
      "+14155551001",
      "+14155551000",
    ]);
    expect(await bed.db.campaigns.find(campaignId)).toMatchObject({ candidates: 3, undialed_candidates: 2 });
    expect((await bed.launchRows(campaignId)).ids).toHaveLength(2);
  });
});

describe("in parallel with a launch of their campaign", () => {
  test("a change is refused while the launch is under way, and can be repeated", async () => {
    const campaignId = await bed.campaign(1);
    const [id] = await candidatesOf(campaignId);
    const launch = await bed.connect();
    await launch.query("BEGIN");
    await launch.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`launch:${campaignId}`]);
    await expect(correct(id!, { name: "Other" })).rejects.toEqual(refusedAs("call_unfinished"));
    await expect(remove(id!)).rejects.toEqual(refusedAs("call_unfinished"));
    await launch.query("ROLLBACK");
    launch.release();
    await remove(id!);
  });

  test("every candidate is launched or deleted, never both, fifty times", async () => {
    for (let round = 0; round < 50; round++) {
      const campaignId = await bed.campaign(4, round * 10);
      const everybody = await candidatesOf(campaignId);
      const [launched, ...deleted] = await Promise.allSettled([
        bed.db.launches.launch(campaignId, "undialed", null),
        ...everybody.slice(0, 3).map(remove),
      ]);
      const gone = everybody.filter((_, n) => deleted[n]?.status === "fulfilled");
      expect(launched).toMatchObject({ status: "fulfilled", value: { kind: "launched" } });
      const called = await bed.sql<{ candidate_id: string }>(
        "SELECT candidate_id FROM retell_calls WHERE campaign_id = $1",
        [campaignId],
      );
      expect(called.map((row) => row.candidate_id).sort()).toEqual(everybody.filter((id) => !gone.includes(id)).sort());
    }
  });
});
