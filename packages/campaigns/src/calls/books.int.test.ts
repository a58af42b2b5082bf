import { brokenBooks } from "@ringfence/testkit";
import { useBed } from "../testing/use-bed.ts";

const bed = useBed();

/** How a statement by hand puts a row into each state; `cancelled` is a fifth state only for the counters. */
const SET = {
  pending: "call_status = 'pending', error_message = NULL, placed = 'no'",
  in_progress: "call_status = 'in_progress', error_message = NULL",
  completed: "call_status = 'completed', error_message = NULL",
  failed: "call_status = 'failed', error_message = 'dial_busy'",
  cancelled: "call_status = 'failed', error_message = 'Batch cancelled by user'",
};
type State = keyof typeof SET;
const STATES = Object.keys(SET) as State[];
const move = (id: string, to: State) => bed.sql(`UPDATE retell_calls SET ${SET[to]} WHERE id = $1`, [id]);
const stored = async (batchId: string) =>
  (
    await bed.sql(
      "SELECT status, total_candidates, completed_calls, failed_calls, cancelled_calls FROM retell_batch_calls WHERE id = $1",
      [batchId],
    )
  )[0];

describe("the statements that operators know", () => {
  test("run as written and do what they say, over all batches", async () => {
    const { campaignId, batchId, ids } = await bed.rows(6);
    const other = await bed.rows(2);
    for (const id of ids.slice(0, 3)) await bed.place(id);
    await move(ids[0]!, "completed");
    await move(ids[1]!, "failed");
    const client = await bed.connect();
    const flipped = await client.query(
      "UPDATE retell_calls SET call_status = 'failed', error_message = 'Batch cancelled by user' WHERE call_status = 'pending';",
    );
    expect(flipped.rowCount).toBe(5);
    const batches =
      "SELECT id, status, total_candidates, completed_calls, failed_calls FROM retell_batch_calls WHERE campaign_id = $1;";
    expect((await client.query(batches, [campaignId])).rows).toEqual([
      { id: batchId, status: "in_progress", total_candidates: 6, completed_calls: 1, failed_calls: 4 },
    ]);
    expect((await client.query(batches, [other.campaignId])).rows).toEqual([
      { id: other.batchId, status: "completed", total_candidates: 2, completed_calls: 0, failed_calls: 2 },
    ]);
    const cancelled = await client.query(
      "SELECT retell_call_id, call_status, error_message, phone_number FROM retell_calls WHERE campaign_id = $1 AND call_status = 'failed' AND error_message = 'Batch cancelled by user';",
      [campaignId],
    );
    expect(cancelled.rows).toHaveLength(3);
    expect(cancelled.rows).toContainEqual({
      retell_call_id: null,
      call_status: "failed",
      error_message: "Batch cancelled by user",
      phone_number: "+14155551005",
    });
    await client.query("UPDATE retell_batch_calls SET status = 'cancelled' WHERE id = $1;", [batchId]);
    expect(await bed.batch(batchId)).toMatchObject({
      status: "cancelled",
      cancelled_at: expect.any(Date),
      cancelled_calls: 3,
      completed_at: null,
    });
    client.release();
    await move(ids[2]!, "completed");
    expect(await bed.batch(batchId)).toMatchObject({
      status: "cancelled",
      completed_at: expect.any(Date),
      completed_calls: 2,
    });
  });

  test("brake a batch by hand, so that none of its calls is claimed any more", async () => {
    const { batchId, ids } = await bed.rows(2);
    await bed.sql("UPDATE retell_batch_calls SET status = 'cancelled' WHERE id = $1;", [batchId]);
    expect(await bed.ask(ids[0]!)).toEqual({ kind: "braked" });
    await bed.db.stops.flip(batchId);
  });
});

describe("the counters are exact, whoever moves a row:", () => {
  const moves = STATES.flatMap((from) => STATES.map((to) => [from, to] as const));

  test.each(moves)("%s to %s", async (from, to) => {
    const { batchId, ids } = await bed.rows(2);
    await move(ids[0]!, from);
    await move(ids[0]!, to);
    expect(await stored(batchId)).toEqual({
      status: "in_progress",
      total_candidates: 2,
      completed_calls: to === "completed" ? 1 : 0,
      failed_calls: to === "failed" || to === "cancelled" ? 1 : 0,
      cancelled_calls: to === "cancelled" ? 1 : 0,
    });
    expect(await bed.lines()).toMatchObject({ in_use: to === "in_progress" ? 1 : 0 });
  });

  test("one statement moves rows of several batches into different states", async () => {
    const batches = [await bed.rows(10), await bed.rows(20), await bed.rows(30)];
    const round = `UPDATE retell_calls SET
      call_status = (ARRAY['in_progress', 'completed', 'failed', 'failed']::call_status[])[1 + (turn + $1::int) % 4],
      error_message = (ARRAY[NULL, NULL, 'dial_busy', 'Batch cancelled by user'])[1 + (turn + $1::int) % 4]`;
    for (const shift of [0, 1, 2, 3]) {
      await bed.sql(round, [shift]);
      expect(await brokenBooks(bed)).toEqual([]);
    }
    expect(await bed.lines()).toMatchObject({ in_use: 16 });
    await bed.sql("UPDATE retell_calls SET call_status = 'completed', error_message = NULL");
    for (const { batchId, ids } of batches)
      expect(await stored(batchId)).toMatchObject({ status: "completed", completed_calls: ids.length });
  });

  test("rows are inserted, moved to another batch and deleted by hand", async () => {
    const { batchId, ids, campaignId } = await bed.rows(4);
    const [other] = await bed.sql<{ id: string }>(
      "INSERT INTO retell_batch_calls (campaign_id) VALUES ($1) RETURNING id",
      [campaignId],
    );
    for (const [at, state] of (["in_progress", "completed", "cancelled"] as const).entries())
      await move(ids[at]!, state);
    await bed.sql("UPDATE retell_calls SET batch_id = $1 WHERE batch_id = $2", [other!.id, batchId]);
    expect(await stored(other!.id)).toEqual({
      status: "in_progress",
      total_candidates: 4,
      completed_calls: 1,
      failed_calls: 1,
      cancelled_calls: 1,
    });
    expect(await brokenBooks(bed)).toMatchObject([]);
    for (const [at, left] of ids.map((id, n) => [id, 3 - n] as const)) {
      await bed.sql("DELETE FROM retell_calls WHERE id = $1", [at]);
      expect(await stored(other!.id)).toMatchObject({ total_candidates: left });
    }
    expect(await bed.lines()).toMatchObject({ in_use: 0 });
    const [fresh] = await bed.sql<{ id: string }>(
      "INSERT INTO retell_batch_calls (campaign_id) VALUES ($1) RETURNING id",
      [campaignId],
    );
    await bed.sql(
      `INSERT INTO retell_calls (campaign_id, batch_id, candidate_id, phone_number, turn, call_status, error_message)
       SELECT $1, $2, id, phone_number, ordinal, s.status::call_status, s.message FROM candidates
       JOIN (VALUES (0, 'pending', NULL), (1, 'in_progress', NULL), (2, 'completed', NULL), (3, 'failed', 'Batch cancelled by user')) s (n, status, message)
         ON s.n = right(phone_number, 4)::int - 1000`,
      [campaignId, fresh!.id],
    );
    expect(await stored(fresh!.id)).toEqual({
      status: expect.any(String),
      total_candidates: 4,
      completed_calls: 1,
      failed_calls: 1,
      cancelled_calls: 1,
    });
    expect(await bed.lines()).toMatchObject({ in_use: 1 });
  });
});

describe("the end of a batch", () => {
  test.each(["completed", "failed", "cancelled"] as const)("comes with its last row, %s", async (last) => {
    const { batchId, ids } = await bed.rows(3);
    await move(ids[0]!, "completed");
    await move(ids[1]!, "failed");
    expect(await bed.batch(batchId)).toMatchObject({ status: "in_progress", completed_at: null });
    await move(ids[2]!, last);
    expect(await bed.batch(batchId)).toMatchObject({
      status: "completed",
      completed_at: expect.any(Date),
      cancelled_at: null,
    });
  });

  test("comes with a statement that ends all rows, and with the deletion of the last pending row", async () => {
    const [one, other] = [await bed.rows(100), await bed.rows(2)];
    await bed.sql("UPDATE retell_calls SET call_status = 'completed' WHERE batch_id = $1", [one.batchId]);
    await move(other.ids[0]!, "completed");
    await bed.sql("DELETE FROM retell_calls WHERE id = $1", [other.ids[1]]);
    for (const { batchId } of [one, other])
      expect(await bed.batch(batchId)).toMatchObject({ status: "completed", completed_at: expect.any(Date) });
  });

  test("leaves a cancelled batch cancelled, and its last call sets completed_at once", async () => {
    const { batchId, ids } = await bed.rows(2);
    await bed.place(ids[0]!);
    await bed.db.stops.brake(batchId);
    await bed.db.stops.flip(batchId);
    expect(await bed.batch(batchId)).toMatchObject({ status: "cancelled", completed_at: null });
    await move(ids[0]!, "completed");
    const { completed_at } = await bed.batch(batchId);
    expect(completed_at).toEqual(expect.any(Date));
    await move(ids[0]!, "failed");
    expect(await bed.batch(batchId)).toMatchObject({ status: "cancelled", completed_at, failed_calls: 2 });
  });

  test("comes when the last two calls end in two parallel transactions", async () => {
    const { batchId, ids } = await bed.rows(2);
    for (const id of ids) await bed.place(id);
    const client = await bed.connect();
    await client.query("BEGIN");
    await client.query("UPDATE retell_calls SET call_status = 'completed' WHERE id = $1", [ids[0]]);
    const second = move(ids[1]!, "completed");
    await bed.lockWaits();
    await client.query("COMMIT");
    client.release();
    await second;
    expect(await stored(batchId)).toMatchObject({ status: "completed", completed_calls: 2 });
  });

  test("comes in thirty such races, run as fast as possible", async () => {
    await bed.db.lines.change({ limit: 100 });
    const batches = await Promise.all(Array.from({ length: 30 }, () => bed.rows(2)));
    for (const { ids } of batches) for (const id of ids) await bed.claim(id);
    await Promise.all(batches.flatMap(({ ids }) => ids.map((id) => move(id, "completed"))));
    for (const { batchId } of batches)
      expect(await stored(batchId)).toMatchObject({ status: "completed", completed_calls: 2 });
  });
});

test("brokenBooks itself finds wrong counters", async () => {
  const { batchId, ids } = await bed.rows(3);
  await move(ids[0]!, "completed");
  await bed.sql("UPDATE retell_batch_calls SET completed_calls = 0 WHERE id = $1", [batchId]);
  await bed.sql("UPDATE lines SET in_use = 2");
  expect(await brokenBooks(bed)).toHaveLength(2);
  await bed.sql("UPDATE retell_batch_calls SET completed_calls = 1 WHERE id = $1", [batchId]);
  await bed.sql("UPDATE lines SET in_use = 0");
});
