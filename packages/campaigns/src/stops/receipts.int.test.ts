import { randomBytes } from "node:crypto";
import { until } from "@ringfence/testkit";
import type { PoolOptions, PoolSizes } from "../database/client.ts";
import { openDatabase } from "../database/database.ts";
import { type RoomBed, useBed } from "../testing/use-bed.ts";
import { cancelBatchCalls } from "./cancel-batch-calls.ts";
import { stopCampaignCalling } from "./stop-campaign-calling.ts";

const bed = useBed();

const byTest = { mode: "drain", by: "test" } as const;
const ROLLED_BACK = Object.assign(new Error("canceling statement due to statement timeout"), { code: "57014" });
const CUT = new Error("Connection terminated unexpectedly");
const fails = (error: Error) => () => Promise.reject(error);
const withStops = (changed: Partial<RoomBed["db"]["stops"]>) => ({
  ...bed.deps,
  db: { ...bed.db, stops: { ...bed.db.stops, claimsVoidAfterMs: 0, ...changed } },
});
const receipts = async (of: Parameters<RoomBed["db"]["stops"]["receipts"]>[0]) =>
  (await bed.db.stops.receipts(of, null, 10)).map(({ by, receipt }) => ({ by, receipt }));
/** As JSON writes it. */
const told = (value: unknown) => JSON.parse(JSON.stringify(value));

describe("a stop that PostgreSQL does not let finish says whether the brake holds:", () => {
  test.each<[string, Partial<RoomBed["db"]["stops"]>, boolean | null]>([
    ["the brake was rolled back", { brake: fails(ROLLED_BACK) }, false],
    ["the brake's answer was lost", { brake: fails(CUT) }, null],
    ["the batch was not read", { batch: fails(CUT) }, true],
    ["the flip failed", { flip: fails(CUT) }, true],
    ["the look failed", { look: fails(ROLLED_BACK) }, true],
    ["the figures failed", { figures: fails(ROLLED_BACK) }, true],
    ["the receipt was not stored", { store: fails(CUT) }, true],
  ])("Pause Batch, where %s", async (_, changed, braked) => {
    const { batchId } = await bed.rows(1);
    await expect(cancelBatchCalls(withStops(changed))(batchId, byTest)).rejects.toMatchObject({
      code: "unavailable",
      body: { braked },
    });
    expect(await cancelBatchCalls(bed.deps)(batchId, byTest)).toMatchObject({ cancelled_calls: 1 });
  });

  test.each<[string, Partial<RoomBed["db"]["stops"]>, boolean | null]>([
    ["the brake was rolled back", { brakeCampaign: fails(ROLLED_BACK) }, false],
    ["the brake's answer was lost", { brakeCampaign: fails(CUT) }, null],
    ["the campaign was not paused, so that a launch may begin", { pauseCampaign: fails(ROLLED_BACK) }, null],
    ["the flip failed", { flip: fails(CUT) }, true],
  ])("Stop All, where %s", async (_, changed, braked) => {
    const { campaignId } = await bed.rows(1);
    await expect(stopCampaignCalling(withStops(changed))(campaignId, byTest)).rejects.toMatchObject({
      code: "unavailable",
      body: { braked },
    });
    expect(await stopCampaignCalling(bed.deps)(campaignId, byTest)).toMatchObject({ cancelled_calls: 1 });
  });

  test("and says that it holds only once no claim from before the brake may be dialled with", async () => {
    const { batchId } = await bed.rows(1);
    let brakedAt = 0;
    const brake = async (id: string) => {
      const since = await bed.db.stops.brake(id);
      brakedAt = performance.now();
      return since;
    };
    const claimsVoidAfterMs = 200;
    await expect(
      cancelBatchCalls(withStops({ brake, flip: fails(CUT), claimsVoidAfterMs }))(batchId, byTest),
    ).rejects.toMatchObject({ body: { braked: true } });
    expect(performance.now() - brakedAt).toBeGreaterThanOrEqual(claimsVoidAfterMs - 1);
    expect(bed.db.stops.claimsVoidAfterMs).toBe(bed.times.staleClaimMs);
    await cancelBatchCalls(bed.deps)(batchId, byTest);
  });

  test("but an error of another kind stays as it is", async () => {
    const { batchId } = await bed.rows(1);
    const wrong = new Error("a fault");
    await expect(cancelBatchCalls(withStops({ flip: fails(wrong) }))(batchId, byTest)).rejects.toBe(wrong);
    await cancelBatchCalls(bed.deps)(batchId, byTest);
  });
});

describe("a receipt", () => {
  test("whose storing is repeated is stored once", async () => {
    const { batchId, campaignId } = await bed.rows(1);
    await bed.sql(
      "CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.1); RETURN NULL; END $$",
    );
    await bed.sql("CREATE TRIGGER lose AFTER INSERT ON audit FOR EACH ROW EXECUTE FUNCTION lose()");
    const receipt = cancelBatchCalls(bed.deps)(batchId, byTest);
    await until("it is being stored", async () => {
      const rows = await bed.sql(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND state = 'active' AND query LIKE '%/* store receipt */%' AND pid <> pg_backend_pid()`,
      );
      return rows.length > 0;
    });
    await bed.sql("DROP TRIGGER lose ON audit");
    await bed.sql("DROP FUNCTION lose");
    const answered = told(await receipt);
    expect(await receipts({ campaignId })).toEqual([{ by: "test", receipt: answered }]);
  });

  test("is stored before it is answered", async () => {
    const { batchId, campaignId } = await bed.rows(2);
    let stored: unknown = null;
    const store: RoomBed["db"]["stops"]["store"] = async (receipt, by) => {
      await bed.db.stops.store(receipt, by);
      stored = (await receipts({ campaignId }))[0];
    };
    const receipt = await cancelBatchCalls(withStops({ store }))(batchId, byTest);
    expect(stored).toEqual({ by: "test", receipt: told(receipt) });
  });

  test("of every stop that spoke of a batch or campaign is kept, repeats and Stop All included, newest first", async () => {
    const campaignId = await bed.campaign(4);
    const one = await bed.launchRows(campaignId, 2);
    const two = await bed.launchRows(campaignId, 2);
    await bed.place(two.ids[0]!);
    const first = await cancelBatchCalls(bed.deps)(one.batchId, byTest);
    const again = await cancelBatchCalls(bed.deps)(one.batchId, { mode: "drain", by: "another" });
    const all = await stopCampaignCalling(bed.deps)(campaignId, byTest);
    await stopCampaignCalling(bed.deps)((await bed.rows(1)).campaignId, byTest);
    const listed = [
      { by: "test", receipt: told(all) },
      { by: "another", receipt: told(again) },
      { by: "test", receipt: told(first) },
    ];
    expect(await receipts({ campaignId })).toEqual(listed);
    expect(await receipts({ campaignId, batchId: one.batchId })).toEqual(listed.slice(1));
    expect(await receipts({ campaignId, batchId: two.batchId })).toEqual(listed.slice(0, 1));
  });
});

describe("a server without a free connection", () => {
  const POOLS = { work: 1, main: 1, bulk: 1, stops: 1, keys: 1, outbox: 1 };
  const KEPT: PoolOptions = { kept: ["stops", "keys"] };

  /** A database whose role may open so many connections. */
  async function starved(limit: number, sizes: PoolSizes, options: PoolOptions) {
    const role = `few_${randomBytes(6).toString("hex")}`;
    await bed.sql(
      `CREATE ROLE ${role} LOGIN PASSWORD 'few' CONNECTION LIMIT ${limit} IN ROLE pg_read_all_data, pg_write_all_data`,
    );
    const url = new URL(bed.databaseUrl);
    url.username = role;
    url.password = "few";
    const db = openDatabase(url.href, sizes, () => undefined, bed.times, options);
    const connections = async () => {
      const rows = await bed.sql<{ pid: number }>("SELECT pid FROM pg_stat_activity WHERE usename = $1", [role]);
      return rows.map(({ pid }) => pid);
    };
    const close = async () => {
      await db.close();
      await until("its connections are closed", async () => (await connections()).length === 0);
      await bed.sql(`DROP ROLE ${role}`);
    };
    return { db, connections, close };
  }
  /** Stops four batches in parallel, and returns how many calls each stop cancelled. */
  async function fourStops(db: RoomBed["db"]) {
    const batches = await Promise.all(Array.from({ length: 4 }, () => bed.rows(2)));
    const stops = batches.map(({ batchId }) => cancelBatchCalls({ ...bed.deps, db })(batchId, byTest));
    return (await Promise.all(stops)).map(({ cancelled_now }) => cancelled_now);
  }

  test("answers stops and knows who asks, by connections that are kept open", async () => {
    const { db, connections, close } = await starved(2, POOLS, KEPT);
    await until("they are open", async () => (await connections()).length === 2);
    await expect(db.schema()).rejects.toThrow();
    expect(await fourStops(db)).toEqual([2, 2, 2, 2]);
    expect(await db.keys.holder(new Uint8Array(32))).toBeNull();
    await close();
  });

  test("has kept connections opened again when they break", async () => {
    const { connections, close } = await starved(2, POOLS, KEPT);
    const bothOpen = (but: number[]) =>
      until("they are open", async () => {
        const now = await connections();
        return now.length === 2 && !now.some((pid) => but.includes(pid)) ? now : null;
      });
    const first = await bothOpen([]);
    await bed.sql("SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) pid", [first]);
    await bothOpen(first);
    await close();
  });

  test("has stops try again that were refused a connection", async () => {
    const { db, close } = await starved(1, { ...POOLS, stops: 3 }, {});
    expect(await fourStops(db)).toEqual([2, 2, 2, 2]);
    await close();
  });
});
