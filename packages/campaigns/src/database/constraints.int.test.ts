import { brokenBooks } from "@ringfence/testkit";
import { refusal, useBed } from "../testing/use-bed.ts";

const bed = useBed();

const UNIQUE = "23505";
const CHECK = "23514";
const FOREIGN_KEY = "23503";
const RUN_AGAIN = "40001";
const WORDS = "Batch cancelled by user";
const one = (text: string, ...values: unknown[]) => bed.sql(text, values);

describe("cancelled_at of a call follows its message", () => {
  let id: string;
  beforeEach(async () => {
    id = (await bed.rows(2)).ids[0]!;
  });
  const cancelledAt = async () => (await bed.call(id)).cancelled_at;
  const cancel = () =>
    one("UPDATE retell_calls SET call_status = 'failed', error_message = $2 WHERE id = $1", id, WORDS);

  test("and is set with it", async () => {
    await cancel();
    expect(await cancelledAt()).toEqual(expect.any(Date));
  });

  test.each([
    ["another failure", "error_message = 'dial_busy'"],
    ["no message", "error_message = NULL"],
    ["late evidence", "call_status = 'completed', error_message = NULL"],
    ["a completed call with the words", "call_status = 'completed'"],
    ["a row pending again", "call_status = 'pending', error_message = NULL"],
  ])("and is cleared by %s", async (_, change) => {
    await cancel();
    await one(`UPDATE retell_calls SET ${change} WHERE id = $1`, id);
    expect(await cancelledAt()).toBeNull();
  });

  test.each(["pending", "in_progress", "completed"])("so that a time set on a %s row is removed", async (status) => {
    await one("UPDATE retell_calls SET call_status = $2::call_status, cancelled_at = now() WHERE id = $1", id, status);
    expect(await cancelledAt()).toBeNull();
  });

  test("so that a time cleared by hand is restored, and other changes keep it", async () => {
    await cancel();
    const before = await cancelledAt();
    await one("UPDATE retell_calls SET placed = 'yes', recording_url = 'x' WHERE id = $1", id);
    expect(await cancelledAt()).toEqual(before);
    await one("UPDATE retell_calls SET cancelled_at = NULL WHERE id = $1", id);
    expect(await cancelledAt()).toEqual(expect.any(Date));
  });

  test("also when a cancelled row is inserted", async () => {
    const [row] = await bed.sql<{ cancelled_at: Date }>(
      `INSERT INTO retell_calls (campaign_id, batch_id, candidate_id, phone_number, turn, call_status, error_message)
       SELECT campaign_id, batch_id, candidate_id, phone_number, 99, 'failed', $2 FROM retell_calls WHERE id = $1 RETURNING cancelled_at`,
      [id, WORDS],
    );
    expect(row?.cancelled_at).toEqual(expect.any(Date));
  });
});

describe("cancelled_at of a batch follows its status", () => {
  const set = (id: string, change: string) => one(`UPDATE retell_batch_calls SET ${change} WHERE id = $1`, id);

  test("also when the batch is cancelled by hand, even from completed", async () => {
    for (const end of [false, true]) {
      const { batchId, ids } = await bed.rows(1);
      if (end) await one("UPDATE retell_calls SET call_status = 'completed' WHERE id = $1", ids[0]);
      expect(await bed.batch(batchId)).toMatchObject({ status: end ? "completed" : "in_progress", cancelled_at: null });
      await set(batchId, "status = 'cancelled'");
      expect(await bed.batch(batchId)).toMatchObject({ status: "cancelled", cancelled_at: expect.any(Date) });
      await bed.db.stops.flip(batchId);
    }
  });

  test("so that a time set by hand on an open batch is removed and a cleared time restored", async () => {
    const { batchId } = await bed.rows(1);
    await set(batchId, "cancelled_at = now()");
    expect(await bed.batch(batchId)).toMatchObject({ status: "in_progress", cancelled_at: null });
    await set(batchId, "status = 'cancelled'");
    await set(batchId, "cancelled_at = NULL");
    expect(await bed.batch(batchId)).toMatchObject({ status: "cancelled", cancelled_at: expect.any(Date) });
    await bed.db.stops.flip(batchId);
  });

  test.each(["in_progress", "completed"])("a cancelled batch cannot become %s", async (status) => {
    const { batchId } = await bed.rows(1);
    await bed.db.stops.brake(batchId);
    await bed.db.stops.flip(batchId);
    expect(await refusal(set(batchId, `status = '${status}'`))).toBe(CHECK);
    expect(await bed.batch(batchId)).toMatchObject({ status: "cancelled", cancelled_at: expect.any(Date) });
  });
});

describe("a batch that is not in progress has no pending row", () => {
  const end = {
    cancelled: async (batchId: string) => {
      await bed.db.stops.brake(batchId);
      await bed.db.stops.flip(batchId);
    },
    completed: (batchId: string) =>
      one("UPDATE retell_calls SET call_status = 'completed' WHERE batch_id = $1", batchId),
  };
  const STATUSES = ["cancelled", "completed"] as const;

  test.each(STATUSES)("a %s batch: no row goes back to pending", async (status) => {
    const { batchId, ids } = await bed.rows(2);
    await end[status](batchId);
    const back = "UPDATE retell_calls SET call_status = 'pending', placed = 'no', error_message = NULL WHERE id = $1";
    expect(await refusal(one(back, ids[0]))).toBe(RUN_AGAIN);
    expect(await bed.batch(batchId)).toMatchObject({ status, pending_calls: 0 });
  });

  test.each(STATUSES)("a %s batch: no row is put in pending", async (status) => {
    const { batchId, ids } = await bed.rows(2);
    await end[status](batchId);
    const insert = `INSERT INTO retell_calls (campaign_id, batch_id, candidate_id, phone_number, turn)
      SELECT campaign_id, batch_id, candidate_id, phone_number, 99 FROM retell_calls WHERE id = $1`;
    expect(await refusal(one(insert, ids[0]))).toBe(CHECK);
    expect(await bed.batch(batchId)).toMatchObject({ status, pending_calls: 0, total_candidates: 2 });
  });
});

test("no row is put in pending while a brake is under way: it waits for the brake, and is refused", async () => {
  const { batchId, ids } = await bed.rows(2);
  const [free] = await bed.sql<{ id: string }>(
    "INSERT INTO candidates (campaign_id, phone_number) SELECT campaign_id, '+14155559999' FROM retell_batch_calls RETURNING id",
  );
  const braking = await bed.connect();
  await braking.query("BEGIN");
  await braking.query("UPDATE retell_batch_calls SET status = 'cancelled' WHERE id = $1", [batchId]);
  const insert = refusal(
    bed.sql(
      `INSERT INTO retell_calls (campaign_id, batch_id, candidate_id, phone_number, turn)
       SELECT campaign_id, batch_id, $2, '+14155559999', 99 FROM retell_calls WHERE id = $1`,
      [ids[0], free!.id],
    ),
  );
  await bed.lockWaits();
  await braking.query("COMMIT");
  braking.release();
  expect(await insert).toBe(CHECK);
  expect(await bed.batch(batchId)).toMatchObject({ status: "cancelled", total_candidates: 2 });
  await bed.db.stops.flip(batchId);
});

describe("the database refuses impossible states:", () => {
  const copy = (change: Record<string, string>) => {
    const columns = {
      campaign_id: "campaign_id",
      batch_id: "batch_id",
      candidate_id: "candidate_id",
      phone_number: "phone_number",
      turn: "turn + 1000",
      ...change,
    };
    return `INSERT INTO retell_calls (${Object.keys(columns)}) SELECT ${Object.values(columns)} FROM retell_calls WHERE id = $1`;
  };

  test("one number twice in a campaign, though another campaign may have it", async () => {
    const [a, b] = [await bed.campaign(3), await bed.campaign(3)];
    const insert = "INSERT INTO candidates (campaign_id, phone_number) VALUES ($1, '+14155551002')";
    expect(await refusal(one(insert, a))).toBe(UNIQUE);
    expect(
      await one("SELECT 1 FROM candidates WHERE phone_number = '+14155551002' AND campaign_id IN ($1, $2)", a, b),
    ).toHaveLength(2);
  });

  test.each(["pending", "in_progress"])("two unfinished calls of one candidate, the first %s", async (status) => {
    const { ids } = await bed.rows(2);
    await one("UPDATE retell_calls SET call_status = $2::call_status WHERE id = $1", ids[0], status);
    expect(await refusal(one(copy({}), ids[0]))).toBe(UNIQUE);
    expect(await refusal(one(copy({ call_status: "'in_progress'" }), ids[0]))).toBe(UNIQUE);
    expect(await refusal(one(copy({ call_status: "'completed'" }), ids[0]))).toBeNull();
  });

  test("one Retell call in two rows", async () => {
    const { ids } = await bed.rows(2);
    const keep = "UPDATE retell_calls SET call_status = 'in_progress', retell_call_id = 'call_1' WHERE id = $1";
    expect(await refusal(one(keep, ids[0]))).toBeNull();
    expect(await refusal(one(keep, ids[1]))).toBe(UNIQUE);
  });

  test.each(["placed = 'yes'", "placed = 'unknown'", "retell_call_id = 'call_1'"])(
    "a pending row with %s",
    async (change) => {
      const { ids } = await bed.rows(1);
      expect(await refusal(one(`UPDATE retell_calls SET ${change} WHERE id = $1`, ids[0]))).toBe(CHECK);
    },
  );

  test("two rows of a batch with one turn", async () => {
    const { ids } = await bed.rows(1);
    expect(await refusal(one(copy({ turn: "turn", call_status: "'completed'" }), ids[0]))).toBe(UNIQUE);
  });

  test("a call under another campaign than its batch's", async () => {
    const { ids } = await bed.rows(1);
    const other = await bed.campaign(1);
    expect(await refusal(one("UPDATE retell_calls SET campaign_id = $2 WHERE id = $1", ids[0], other))).toBe(
      FOREIGN_KEY,
    );
  });

  test.each(["DELETE FROM campaigns", "DELETE FROM candidates", "DELETE FROM retell_batch_calls"])(
    "a call without its campaign, candidate or batch: %s",
    async (statement) => {
      await bed.rows(1);
      // PostgreSQL 18 has a code of its own for RESTRICT.
      expect([FOREIGN_KEY, "23001"]).toContain(await refusal(one(statement)));
    },
  );

  test.each([
    "INSERT INTO lines (id) VALUES (false)",
    "UPDATE lines SET line_limit = 0",
    "UPDATE lines SET line_limit = 10001",
    "UPDATE lines SET in_use = -1",
    "UPDATE lines SET calls_per_second = -1",
    "UPDATE lines SET calls_per_second = 'Infinity'",
    "UPDATE lines SET calls_per_second = 'NaN'",
    "UPDATE lines SET held_reason = 'x'",
    "UPDATE lines SET held_since = now()",
  ])("lines: %s", async (statement) => expect(await refusal(one(statement))).toBe(CHECK));

  test("a second row of lines", async () =>
    expect(await refusal(one("INSERT INTO lines DEFAULT VALUES"))).toBe(UNIQUE));

  test("impossible counters", async () => {
    const { batchId } = await bed.rows(2);
    for (const change of ["completed_calls = 3", "failed_calls = -1", "cancelled_calls = 1", "completed_calls = -1"])
      expect(await refusal(one(`UPDATE retell_batch_calls SET ${change} WHERE id = $1`, batchId))).toBe(CHECK);
  });

  test("a TRUNCATE, which would bypass the counters", async () => {
    await bed.rows(2);
    await refusal(one("TRUNCATE retell_calls"));
    const broken = await brokenBooks(bed);
    await one(
      "UPDATE retell_batch_calls b SET total_candidates = (SELECT count(*) FROM retell_calls WHERE batch_id = b.id), completed_at = now(), status = 'completed' WHERE NOT EXISTS (SELECT 1 FROM retell_calls WHERE batch_id = b.id)",
    );
    expect(broken).toEqual([]);
  });
});
