import { randomUUID } from "node:crypto";
import { Problem, RETRIABLE_REASONS } from "@ringfence/domain";
import { openCallsQueue } from "@ringfence/queue";
import { until } from "@ringfence/testkit";
import { useBed } from "../testing/use-bed.ts";
import { launchCalls } from "./launch-calls.ts";

const bed = useBed();

const launch = (campaignId: string, include: "undialed" | "unreached" = "undialed", limit: number | null = null) =>
  bed.db.launches.launch(campaignId, include, limit);
const numbersOf = async (batchId: string) => (await bed.calls(batchId)).map((row) => row.phone_number);

const ended = (reason: string, status = "failed") => `'${status}', 'yes', '${reason}', '${reason}'`;
const CANCELLED = "'failed', 'no', 'Batch cancelled by user', NULL";
const REFUSED = "'failed', 'no', 'Number not valid', NULL";
const UNKNOWN = "'failed', 'unknown', 'Outcome unknown, not redialled', NULL";
/** A candidate's earlier calls, each as status, placed, message and reason, and whether the candidate is launched again as undialed and as unreached. */
const KINDS: [name: string, calls: string[], undialed: boolean, unreached: boolean][] = [
  ["no call", [], true, true],
  ["a pending call", ["'pending', 'no', NULL, NULL"], false, false],
  ["a claimed call", ["'in_progress', 'unknown', NULL, NULL"], false, false],
  ["a live call", ["'in_progress', 'yes', NULL, NULL"], false, false],
  ["a cancelled call", [CANCELLED], true, true],
  ["a call that Retell refused", [REFUSED], true, true],
  ["cancelled twice and refused", [CANCELLED, REFUSED, CANCELLED], true, true],
  ["an unknown outcome", [UNKNOWN], false, false],
  ["an unknown outcome, then cancelled", [UNKNOWN, CANCELLED], false, false],
  ["an unknown outcome, then busy", [UNKNOWN, ended("dial_busy")], false, false],
  ["attached late, its end not known", ["'failed', 'yes', 'Outcome unknown, not redialled', NULL"], false, false],
  ["cancelled, but a call turned up", ["'failed', 'yes', 'Batch cancelled by user', NULL"], false, false],
  ["an unknown outcome, whatever its reason", ["'failed', 'unknown', 'dial_busy', 'dial_busy'"], false, false],
  ["busy twice", [ended("dial_busy"), ended("dial_busy")], false, true],
  ["busy, then cancelled", [ended("dial_busy"), CANCELLED], false, true],
  ["busy, then refused by Retell", [ended("dial_busy"), REFUSED], false, true],
  ["busy, then reached", [ended("dial_busy"), ended("user_hangup", "completed")], false, false],
  ["reached, then busy", [ended("user_hangup", "completed"), ended("dial_busy")], false, false],
  ["busy, then pending", [ended("dial_busy"), "'pending', 'no', NULL, NULL"], false, false],
  ...RETRIABLE_REASONS.map((reason): (typeof KINDS)[number] => [reason, [ended(reason)], false, true]),
  ...["user_hangup", "agent_hangup", "voicemail_reached", "ivr_reached", "inactivity", "manual_stopped"].map(
    (reason): (typeof KINDS)[number] => [reason, [ended(reason, "completed")], false, false],
  ),
  ...[
    "invalid_destination",
    "marked_as_spam",
    "error_retell",
    "error_unknown",
    "registered_call_timeout",
    "no_valid_payment",
    "scam_detected",
    "telephony_provider_permission_denied",
    "of next year",
  ].map((reason): (typeof KINDS)[number] => [reason, [ended(reason)], false, false]),
];

test.each([["undialed", 2] as const, ["unreached", 3] as const])("a launch takes the %s", async (include, column) => {
  const campaignId = await bed.campaign(KINDS.length);
  const candidates = await bed.sql<{ id: string; phone_number: string }>(
    "SELECT id, phone_number FROM candidates ORDER BY ordinal",
  );
  const [earlier] = await bed.sql<{ id: string }>(
    "INSERT INTO retell_batch_calls (campaign_id) VALUES ($1) RETURNING id",
    [campaignId],
  );
  let turn = 0;
  for (const [at, [, calls]] of KINDS.entries())
    for (const call of calls)
      await bed.sql(
        `INSERT INTO retell_calls (campaign_id, batch_id, candidate_id, phone_number, turn, call_status, placed, error_message, disconnection_reason)
         VALUES ($1, $2, $3, $4, $5, ${call})`,
        [campaignId, earlier!.id, candidates[at]!.id, candidates[at]!.phone_number, ++turn],
      );
  const outcome = await launch(campaignId, include);
  if (outcome.kind !== "launched") throw new Error(outcome.kind);
  const launched = await numbersOf(outcome.batch.id);
  const kindOf = (number: string) => KINDS[candidates.findIndex((candidate) => candidate.phone_number === number)]![0];
  expect(launched.map(kindOf)).toEqual(KINDS.filter((kind) => kind[column]).map((kind) => kind[0]));
  expect(outcome.batch).toMatchObject({
    total_candidates: launched.length,
    pending_calls: launched.length,
    status: "in_progress",
  });
  const undialed = KINDS.filter((kind) => kind[2]).length;
  if (include === "undialed")
    expect(await bed.db.campaigns.find(campaignId)).toMatchObject({ undialed_candidates: 0, candidates: KINDS.length });
  else expect(undialed).toBeGreaterThan(3);
});

test("the campaign shows beforehand how many candidates a launch of the undialed takes", async () => {
  const campaignId = await bed.campaign(5);
  const { ids } = await bed.launchRows(campaignId, 4);
  await bed.place(ids[0]!);
  await bed.sql(
    "UPDATE retell_calls SET call_status = 'failed', error_message = 'Batch cancelled by user' WHERE id = $1",
    [ids[1]],
  );
  expect(await bed.db.campaigns.find(campaignId)).toMatchObject({ undialed_candidates: 2 });
  expect(await launch(campaignId)).toMatchObject({ batch: { total_candidates: 2 } });
});

test("a launch follows import order, whatever the numbers and ids, and a limit takes the first", async () => {
  const campaignId = await bed.campaign(0);
  const numbers = ["+14155559009", "+14155559001", "+14155559005", "+14155559003"];
  for (const number of numbers)
    await bed.sql("INSERT INTO candidates (campaign_id, phone_number) VALUES ($1, $2)", [campaignId, number]);
  const [first, second] = [await bed.launchRows(campaignId, 3), await bed.launchRows(campaignId)];
  expect(await numbersOf(first.batchId)).toEqual(numbers.slice(0, 3));
  expect(await numbersOf(second.batchId)).toEqual(numbers.slice(3));
});

test("the turns of a launch continue from the queue's turn", async () => {
  const one = await bed.rows(3);
  expect((await bed.calls(one.batchId)).map((row) => row.turn)).toEqual(["1", "2", "3"]);
  await bed.claim(one.ids[1]!);
  const other = await bed.rows(2);
  expect((await bed.calls(other.batchId)).map((row) => row.turn)).toEqual(["3", "4"]);
});

describe("a launch is refused", () => {
  const refused = async (campaignId: string, code: string, launching = launchCalls(bed.deps)) => {
    await expect(launching(campaignId, { include: "undialed" })).rejects.toMatchObject({ name: "Problem", code });
    await bed.background.close();
    expect(await bed.sql("SELECT 1 FROM retell_batch_calls WHERE campaign_id = $1", [campaignId])).toEqual([]);
  };

  test("of a paused campaign", async () => {
    const campaignId = await bed.campaign(2);
    await bed.db.stops.pauseCampaign(campaignId);
    await refused(campaignId, "campaign_paused");
  });

  test("of a paused campaign with no candidate left, as paused", async () => {
    const campaignId = await bed.campaign(0);
    await bed.db.stops.pauseCampaign(campaignId);
    await refused(campaignId, "campaign_paused");
  });

  test("of a campaign without candidates", async () => refused(await bed.campaign(0), "nothing_to_launch"));

  test("of a campaign with no candidate left", async () => {
    const { campaignId } = await bed.rows(2);
    await expect(launchCalls(bed.deps)(campaignId, { include: "unreached" })).rejects.toMatchObject({
      code: "nothing_to_launch",
    });
    expect(await bed.sql("SELECT 1 FROM retell_batch_calls")).toHaveLength(1);
  });

  test("of a campaign that does not exist", async () => refused("6f9619ff-8b86-4d01-b42d-00cf4fc964ff", "not_found"));

  test("while Redis is away, as unavailable, with nothing done", async () => {
    const queue = openCallsQueue("redis://127.0.0.1:1", bed.prefix, () => undefined);
    await refused(await bed.campaign(2), "unavailable", launchCalls({ ...bed.deps, queue }));
    await queue.close();
    expect(new Problem("unavailable", "x").status).toBe(503);
  });

  test("of a campaign that is paused while it is launched", async () => {
    const campaignId = await bed.campaign(50);
    const client = await bed.connect();
    await client.query("BEGIN");
    await client.query("UPDATE campaigns SET status = 'paused' WHERE id = $1", [campaignId]);
    const launching = refused(campaignId, "campaign_paused");
    await bed.lockWaits();
    await client.query("COMMIT");
    client.release();
    await launching;
  });
});

describe("of parallel launches,", () => {
  test("three in each of thirty rounds give no candidate two unfinished calls and leave none out", async () => {
    for (let round = 0; round < 30; round++) {
      const campaignId = await bed.campaign(20);
      const outcomes = await Promise.all([launch(campaignId), launch(campaignId, "unreached"), launch(campaignId)]);
      expect(outcomes.map((outcome) => outcome.kind).sort()).toEqual([
        "launched",
        "nothing_to_launch",
        "nothing_to_launch",
      ]);
      expect(await bed.db.campaigns.find(campaignId)).toMatchObject({
        pending_calls: 20,
        undialed_candidates: 0,
        open_batches: 1,
      });
    }
  });

  test("a slow launch beside a fast one whose calls end in between gives nobody a second row", async () => {
    const campaignId = await bed.campaign(10);
    const fast = await bed.connect();
    await fast.query("BEGIN");
    await fast.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`launch:${campaignId}`]);
    const slow = launch(campaignId);
    await bed.lockWaits();
    const { rows } = await fast.query("INSERT INTO retell_batch_calls (campaign_id) VALUES ($1) RETURNING id", [
      campaignId,
    ]);
    await fast.query(
      `INSERT INTO retell_calls (campaign_id, batch_id, candidate_id, phone_number, turn, call_status, placed)
       SELECT campaign_id, $2, id, phone_number, row_number() OVER (ORDER BY ordinal), 'completed', 'yes' FROM candidates WHERE campaign_id = $1`,
      [campaignId, rows[0].id],
    );
    await fast.query("COMMIT");
    fast.release();
    expect(await slow).toEqual({ kind: "nothing_to_launch" });
  });

  test("a launch of one campaign does not wait for a launch of another", async () => {
    const [one, other] = [await bed.campaign(2), await bed.campaign(2)];
    const client = await bed.connect();
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`launch:${one}`]);
    expect(await launch(other)).toMatchObject({ kind: "launched" });
    await client.query("COMMIT");
    client.release();
  });

  test("a stop does not wait for the launch's lock, and a launch that was held meanwhile is refused", async () => {
    const campaignId = await bed.campaign(5);
    const client = await bed.connect();
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`launch:${campaignId}`]);
    const launching = launch(campaignId);
    await bed.lockWaits();
    expect(await bed.db.stops.brakeCampaign(campaignId)).toMatchObject({ batchIds: [] });
    expect(await bed.db.stops.pauseCampaign(campaignId)).toBe(true);
    await client.query("COMMIT");
    client.release();
    expect(await launching).toEqual({ kind: "campaign_paused" });
  });
});

test("a launch behind a small one reads the candidates by their index, not all of them for each row", async () => {
  const read = async () => {
    const [row] = await bed.sql<{ scans: number; rows: number }>(
      "SELECT (seq_scan + idx_scan)::int AS scans, seq_tup_read::int AS rows FROM pg_stat_user_tables WHERE relname = 'candidates'",
    );
    return row!;
  };
  // What a connection plans for six candidates it keeps, once the table has been counted.
  await bed.sql("VACUUM ANALYZE candidates");
  await launch(await bed.campaign(10));
  const large = await bed.campaign(2_000);
  const before = await read();
  expect(await launch(large)).toMatchObject({ kind: "launched" });
  let after = before;
  await until("the launch is counted", async () => {
    await launch(randomUUID()); // a connection counts at the end of a later transaction
    after = await read();
    return after.scans >= before.scans + 2_000;
  });
  expect(after.rows - before.rows).toBeLessThan(20_000);
});
