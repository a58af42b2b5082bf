import { brokenBooks } from "@ringfence/testkit";
import fc from "fast-check";
import { sqlState } from "../database/errors.ts";
import { cancelBatchCalls } from "../stops/cancel-batch-calls.ts";
import { useBed } from "../testing/use-bed.ts";

const bed = useBed();

const PEOPLE = 4;
const stop = (batchId: string) => cancelBatchCalls(bed.deps)(batchId, { mode: "drain", by: "test" });

/** Nothing is broken, and the figure is what a launch would take. */
async function isExact(campaignId: string): Promise<void> {
  expect(await brokenBooks(bed)).toEqual([]);
  const { undialed_candidates } = (await bed.db.campaigns.find(campaignId))!;
  expect(undialed_candidates).toBe((await bed.db.launches.preview(campaignId, "undialed")).candidates);
}

/** What operators and the product do to a campaign; `$1` is the campaign, `$2` picks a row. */
const PICK = "(SELECT id FROM retell_calls WHERE campaign_id = $1 ORDER BY id OFFSET $2 % 8 LIMIT 1)";
const PERSON = "(SELECT id FROM candidates WHERE campaign_id = $1 ORDER BY id OFFSET $2 % 4 LIMIT 1)";
const set = (sets: string) => `UPDATE retell_calls SET ${sets} WHERE campaign_id = $1 AND id = ${PICK}`;
const insert = (status: string, placed: string, people: string) =>
  `INSERT INTO retell_calls (campaign_id, batch_id, candidate_id, phone_number, turn, call_status, placed)
   SELECT $1, b.id, d.id, d.phone_number, (random() * 1e15)::bigint, '${status}', '${placed}' FROM candidates d, LATERAL (
     SELECT id FROM retell_batch_calls WHERE campaign_id = $1 ORDER BY id OFFSET $2 % 2 LIMIT 1) b
   WHERE d.campaign_id = $1 AND ${people}`;
const BY_HAND = {
  "a call is placed": set("call_status = 'in_progress', placed = 'unknown'"),
  "a call ends": set("call_status = 'completed', placed = 'yes'"),
  "a call fails": set(
    "call_status = 'failed', error_message = 'dial_busy', placed = 'yes', disconnection_reason = 'dial_busy'",
  ),
  "a call was not placed": set("call_status = 'failed', error_message = 'Not placed', placed = 'no'"),
  "a call is cancelled": set("call_status = 'failed', error_message = 'Batch cancelled by user', placed = 'no'"),
  "a cancelled call turns up": set("placed = 'yes'"),
  "calls turn up":
    "UPDATE retell_calls SET placed = 'yes' WHERE campaign_id = $1 AND call_status = 'failed' AND $2 > -1",
  "no call was placed":
    "UPDATE retell_calls SET placed = 'no' WHERE campaign_id = $1 AND call_status = 'failed' AND $2 > -1",
  "all is cancelled":
    "UPDATE retell_calls SET call_status = 'failed', error_message = 'Batch cancelled by user', placed = 'no' WHERE campaign_id = $1 AND $2 > -1",
  "ended calls are inserted": insert("completed", "yes", "true"),
  "two ended calls of a person are inserted": insert("failed", "yes", `d.id = ${PERSON}`).replace(
    "FROM candidates d,",
    "FROM generate_series(1, 2), candidates d,",
  ),
  "a completed call that was never placed is inserted": insert("completed", "no", `d.id = ${PERSON}`),
  "a call becomes another person's": set(`candidate_id = ${PERSON}`),
  "calls are deleted": `DELETE FROM retell_calls WHERE campaign_id = $1 AND id = ${PICK}`,
  "all calls of a batch are deleted":
    "DELETE FROM retell_calls WHERE batch_id = (SELECT id FROM retell_batch_calls WHERE campaign_id = $1 ORDER BY id OFFSET $2 % 2 LIMIT 1)",
  "a person is deleted": `UPDATE candidates SET deleted_at = now() WHERE id = ${PERSON}`,
  "a person comes back": `UPDATE candidates SET deleted_at = NULL WHERE id = ${PERSON}`,
};
const BY_PRODUCT = {
  "the undialed are launched": (campaignId: string) => bed.db.launches.launch(campaignId, "undialed", null),
  "the unreached are launched": (campaignId: string) => bed.db.launches.launch(campaignId, "unreached", null),
  "two of them are launched": (campaignId: string) => bed.db.launches.launch(campaignId, "unreached", 2),
  "a batch is stopped": async (campaignId: string, pick: number) => {
    const batches = await bed.db.lists.batches({ campaignId }, null, 10);
    const open = batches.filter(({ status }) => status !== "completed");
    if (open.length > 0) await stop(open[pick % open.length]!.id).catch(() => undefined);
  },
};
const MOVES = [...Object.keys(BY_HAND), ...Object.keys(BY_PRODUCT)] as (
  | keyof typeof BY_HAND
  | keyof typeof BY_PRODUCT
)[];
const moves = (many: number) =>
  fc.array(fc.tuple(fc.constantFrom(...MOVES), fc.nat(1_000)), { minLength: many / 2, maxLength: many });

/** What a statement may be refused with: what constraints forbid, and what two sessions may not do at once. */
const REFUSED = /^(23...|40...|55P03)$/;
async function make(campaignId: string, move: (typeof MOVES)[number], pick: number): Promise<void> {
  const work =
    move in BY_PRODUCT
      ? BY_PRODUCT[move as keyof typeof BY_PRODUCT](campaignId, pick)
      : bed.sql(BY_HAND[move as keyof typeof BY_HAND], [campaignId, pick]);
  await work.catch((error: unknown) => {
    if (!REFUSED.test(sqlState(error) ?? "")) throw error;
  });
}

async function aCampaign(): Promise<string> {
  const campaignId = await bed.campaign(PEOPLE);
  await bed.launchRows(campaignId, 2);
  await bed.launchRows(campaignId);
  return campaignId;
}

test("a campaign's counters are exact after any moves by hand, launches and stops", () =>
  fc.assert(
    fc.asyncProperty(moves(16), async (some) => {
      const campaignId = await aCampaign();
      for (const [move, pick] of some) {
        await make(campaignId, move, pick);
        await isExact(campaignId);
      }
    }),
    { numRuns: 25 },
  ));

test("and after any that run at the same time", () =>
  fc.assert(
    fc.asyncProperty(fc.array(moves(6), { minLength: 2, maxLength: 5 }), async (sessions) => {
      const campaignId = await aCampaign();
      await Promise.all(
        sessions.map(async (some) => {
          for (const [move, pick] of some) await make(campaignId, move, pick);
        }),
      );
      await isExact(campaignId);
    }),
    { numRuns: 25 },
  ));

test("people are counted as they come, go and change their campaign", async () => {
  const [one, other] = [await bed.campaign(3), await bed.campaign(1, 100)];
  await bed.sql(
    "UPDATE candidates SET campaign_id = $2 WHERE id IN (SELECT id FROM candidates WHERE campaign_id = $1 LIMIT 2)",
    [one, other],
  );
  expect(await bed.db.campaigns.find(one)).toMatchObject({ candidates: 1, undialed_candidates: 1 });
  expect(await bed.db.campaigns.find(other)).toMatchObject({ candidates: 3, undialed_candidates: 3 });
  await bed.sql("DELETE FROM candidates WHERE campaign_id = $1", [other]);
  expect(await bed.db.campaigns.find(other)).toMatchObject({ candidates: 0, undialed_candidates: 0 });
});

test("a stop waits neither for an import of its campaign that is under way nor for a launch", async () => {
  const campaignId = await bed.campaign(3);
  const { batchId } = await bed.launchRows(campaignId);
  const client = await bed.connect();
  await client.query("BEGIN");
  await client.query("INSERT INTO candidates (campaign_id, phone_number) VALUES ($1, '+14155559999')", [campaignId]);
  await client.query("SELECT pg_advisory_xact_lock(hashtextextended('launch:' || $1, 0))", [campaignId]);
  expect(await stop(batchId)).toMatchObject({ cancelled_now: 3 });
  await client.query("COMMIT");
  client.release();
});

test("a cancelled call turns up while its successor is being cancelled: one of them counts, or none", async () => {
  const campaignId = await bed.campaign(1);
  const first = await bed.launchRows(campaignId);
  await bed.db.stops.flip(first.batchId);
  const second = await bed.launchRows(campaignId);
  const holder = await bed.connect();
  await holder.query("BEGIN");
  await holder.query("SELECT FROM campaign_taken WHERE campaign_id = $1 FOR UPDATE", [campaignId]);
  const flip = bed.db.stops.flip(second.batchId);
  await bed.lockWaits(1);
  const turnsUp = bed.sql("UPDATE retell_calls SET placed = 'yes' WHERE id = $1", [first.ids[0]]);
  await bed.lockWaits(2);
  await holder.query("COMMIT");
  holder.release();
  await Promise.all([flip, turnsUp]);
  await isExact(campaignId);
  expect(await bed.db.campaigns.find(campaignId)).toMatchObject({ undialed_candidates: 0 });
});

test("a call turns up while a launch decides about its candidate: the launch begins anew, without that candidate", async () => {
  const campaignId = await bed.campaign(2);
  const { batchId, ids } = await bed.launchRows(campaignId);
  await bed.db.stops.flip(batchId);
  const [, second] = await bed.calls(batchId);
  const holder = await bed.connect();
  await holder.query("BEGIN");
  await holder.query("SELECT FROM candidates WHERE id = $1 FOR UPDATE", [second!.candidate_id]);
  const launch = bed.launchRows(campaignId); // its rows are inserted, and it waits for the candidate
  await bed.lockWaits(1);
  await bed.sql("UPDATE retell_calls SET placed = 'yes' WHERE id = $1", [ids[0]]);
  await holder.query("COMMIT");
  holder.release();
  expect((await bed.calls((await launch).batchId)).map((row) => row.candidate_id)).toEqual([second!.candidate_id]);
  await isExact(campaignId);
});

test("the first call of a candidate goes while a launch adds another: that one counts", async () => {
  const campaignId = await bed.campaign(1);
  const { ids } = await bed.launchRows(campaignId);
  await bed.sql(
    "UPDATE retell_calls SET call_status = 'failed', error_message = 'dial_busy', disconnection_reason = 'dial_busy', placed = 'yes' WHERE id = $1",
    [ids[0]],
  );
  const [first] = ids;
  const holder = await bed.connect();
  await holder.query("BEGIN");
  await holder.query("SELECT FROM candidates WHERE campaign_id = $1 FOR UPDATE", [campaignId]);
  const launch = bed.db.launches.launch(campaignId, "unreached", null);
  await bed.lockWaits(1);
  await bed.sql("UPDATE retell_calls SET placed = 'no' WHERE id = $1", [first]);
  await holder.query("COMMIT");
  holder.release();
  expect(await launch).toMatchObject({ kind: "launched" });
  await isExact(campaignId);
});

test("a campaign keeps its id, by which its counters are found", async () => {
  const campaignId = await bed.campaign(1);
  await expect(bed.sql("UPDATE campaigns SET id = gen_random_uuid() WHERE id = $1", [campaignId])).rejects.toThrow(
    "keeps its id",
  );
});
