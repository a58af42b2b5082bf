import pg from "pg";
import { createBackground } from "../background.ts";
import { enqueueBatch } from "../launches/launch-calls.ts";
import { cancelBatchCalls } from "../stops/cancel-batch-calls.ts";
import { stopCampaignCalling } from "../stops/stop-campaign-calling.ts";
import { openRoomBed, type RoomBed } from "../testing/use-bed.ts";

/** Longest time of the test, in ms; most of it fills the tables. */
const PATIENCE_MS = 300_000;

// Its database is dropped as it is: to empty it, row by row, would take as long as to fill it.
let bed: RoomBed;
beforeAll(async () => {
  bed = await openRoomBed();
});
afterAll(() => bed.close());

/** Half of the rows have ended, half are pending. */
const HALF = 100_000;
/** Rows that a statement may read of a large table: many times what it shows or changes, few of what there is. */
const MOST_READ = 3_000;
/** Statements that change or read many rows by purpose, and how many: one piece of a flip, one chunk of jobs. */
const MANY: Record<string, number> = {
  flip: 25_000,
  "cancelled behind": 5_000,
  figures: 30_000,
};
const LARGE = ["retell_calls", "candidates", "webhook_events", "webhook_deliveries", "audit"];

interface Statement {
  /** The name under which a session keeps its plan. */
  name: string | undefined;
  text: string;
  values: unknown[];
  /** The settings of its session. */
  options: string | undefined;
}
interface Plan {
  "Node Type": string;
  "Relation Name"?: string;
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  "Rows Removed by Index Recheck"?: number;
  Plans?: Plan[];
}

/** Everything that is sent to PostgreSQL while `work` runs, each text once. */
async function recorded(work: () => Promise<void>): Promise<Statement[]> {
  const seen = new Map<string, Statement>();
  const query = pg.Client.prototype.query;
  pg.Client.prototype.query = function (this: pg.Client, asked: unknown, ...rest: unknown[]) {
    const { name, text, values } =
      typeof asked === "string"
        ? { name: undefined, text: asked, values: rest[0] }
        : (asked as { name?: string; text: string; values?: unknown[] });
    const { options } = (this as unknown as { connectionParameters: { options?: string } }).connectionParameters;
    if (/^\s*(\/\*.*?\*\/)?\s*(WITH|SELECT|UPDATE|INSERT|DELETE)/is.test(text) && options)
      seen.set(text, { name, text, values: Array.isArray(values) ? values : [], options });
    return query.apply(this, [asked, ...rest] as never);
  } as typeof query;
  try {
    await work();
  } finally {
    pg.Client.prototype.query = query;
  }
  return [...seen.values()];
}

const nameOf = ({ text }: Statement) =>
  /\/\* (.+?) \*\//.exec(text)?.[1] ?? text.replace(/\s+/g, " ").trim().slice(0, 90);

/** Rows of large tables that a plan read. */
function rowsRead(plan: Plan): number {
  const here =
    plan["Relation Name"] && LARGE.includes(plan["Relation Name"]) && /Scan/.test(plan["Node Type"])
      ? plan["Actual Loops"] *
        (plan["Actual Rows"] + (plan["Rows Removed by Filter"] ?? 0) + (plan["Rows Removed by Index Recheck"] ?? 0))
      : 0;
  return (plan.Plans ?? []).reduce((sum, part) => sum + rowsRead(part), here);
}

const EXPLAIN = "EXPLAIN (ANALYZE, TIMING off, BUFFERS off, FORMAT json)";
type Answer = { "QUERY PLAN": [{ Plan: Plan }] };
const connectedLike = async ({ options }: Statement) => {
  const url = new URL(bed.databaseUrl);
  url.searchParams.set("options", options ?? "");
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  return client;
};
const tooMany = (statement: Statement, [row]: Answer[]): string[] => {
  const read = rowsRead(row!["QUERY PLAN"][0].Plan);
  return read > (MANY[nameOf(statement)] ?? MOST_READ) ? [`${nameOf(statement)}: ${read} rows`] : [];
};

const literal = (value: unknown): string => {
  if (value === null || value === undefined) return "NULL";
  if (!Array.isArray(value)) return pg.escapeLiteral(`${value}`);
  return pg.escapeLiteral(`{${value.map((one) => (one === null ? "NULL" : JSON.stringify(`${one}`))).join()}}`);
};

/** A session that keeps the plans of these statements from now on. Returns what asks EXPLAIN about a kept plan. */
async function keepPlans(statements: readonly Statement[]) {
  const client = await connectedLike(statements[0]!);
  for (const { name, text, values } of statements) {
    await client.query("BEGIN");
    await client.query({ name: name!, text, values });
    await client.query("ROLLBACK");
  }
  return {
    tooManyRead: async (statement: Statement): Promise<string[]> => {
      await client.query("BEGIN");
      const values = statement.values.length > 0 ? `(${statement.values.map(literal).join()})` : "";
      const { rows } = await client.query<Answer>(
        `${EXPLAIN} EXECUTE ${pg.escapeIdentifier(statement.name!)}${values}`,
      );
      await client.query("ROLLBACK");
      return tooMany(statement, rows);
    },
    close: () => client.end(),
  };
}

/** Asks EXPLAIN about each statement, in a session with the same settings; nothing is changed. */
async function tooManyRead(statements: readonly Statement[]): Promise<string[]> {
  const found: string[] = [];
  for (const statement of statements) {
    const client = await connectedLike(statement);
    await client.query("BEGIN");
    const { rows } = await client.query<Answer>(`${EXPLAIN} ${statement.text}`, statement.values);
    await client.query("ROLLBACK");
    await client.end();
    found.push(...tooMany(statement, rows));
  }
  return found;
}

/** A campaign whose calls have ended and one whose calls are pending; autovacuum does not count their rows. */
async function fill(): Promise<{ campaignId: string; endedBatch: string; batchId: string; ids: string[] }> {
  for (const table of LARGE) await bed.sql(`ALTER TABLE ${table} SET (autovacuum_enabled = false)`);
  await bed.db.lines.change({ limit: 10_000 });
  const [ended, campaignId] = [await bed.campaign(0), await bed.campaign(0)];
  for (const id of [ended, campaignId])
    await bed.sql(
      "INSERT INTO candidates (campaign_id, phone_number, name) SELECT $1, '+1415' || (2000000 + n), 'Candidate ' || n FROM generate_series(1, $2::int) n",
      [id, HALF],
    );
  const [batch] = await bed.sql<{ id: string }>(
    "INSERT INTO retell_batch_calls (campaign_id) VALUES ($1) RETURNING id",
    [ended],
  );
  await bed.sql(
    `INSERT INTO retell_calls (campaign_id, batch_id, candidate_id, phone_number, turn, again, call_status, placed, retell_call_id,
       disconnection_reason, claimed_at, dialed_at, ended_at, news_at)
     SELECT $1, $2, id, phone_number, row_number() OVER (), false, 'completed', 'yes', 'old_' || id, 'user_hangup', now(), now(), now(), now()
     FROM candidates WHERE campaign_id = $1`,
    [ended, batch!.id],
  );
  const launched = await bed.db.launches.launch(campaignId, "undialed", null);
  if (launched.kind !== "launched") throw new Error(launched.kind);
  const ids = await bed.sql<{ id: string }>("SELECT id FROM retell_calls WHERE batch_id = $1 ORDER BY turn LIMIT 20", [
    launched.batch.id,
  ]);
  return { campaignId, endedBatch: batch!.id, batchId: launched.batch.id, ids: ids.map(({ id }) => id) };
}

test(
  "no statement on the way of a call, a stop or a page reads a whole table, whether PostgreSQL has counted it or not",
  async () => {
    // What a worker and an API plan in their first minute, with a dozen calls, they keep.
    const first = await recorded(async () => {
      await bed.db.lines.change({ limit: 10_000 });
      const { ids } = await bed.rows(12);
      for (const [n, id] of ids.entries()) await bed.place(id, `first_${n}`);
      const call = { call_id: "first_0", metadata: { call_id: ids[0]! } };
      await bed.settle({ ...call, call_status: "ongoing" }, "call_started");
      await bed.settle({ ...call, call_status: "ended", disconnection_reason: "user_hangup" }, "call_ended");
      await bed.settle({ ...call, call_status: "ended", call_analysis: { done: true } }, "call_analyzed");
    });
    const early = await keepPlans(first.filter(({ name }) => name));
    const { campaignId, endedBatch, batchId, ids } = await fill();
    await bed.db.webhooks.create(
      { url: "https://example.com/", events: ["call.completed", "batch.cancelled"], secret: "s" },
      "test",
    );
    const { db } = bed;

    const calls = await recorded(async () => {
      const claimed = await Promise.all(ids.slice(0, 6).map((id) => bed.claim(id)));
      for (const [n, call] of claimed.slice(0, 3).entries()) await db.calls.recordPlaced(call, `call_${n}`);
      await db.calls.refuse(claimed[3]!, "Number not valid");
      await db.calls.release(claimed[4]!);
      await db.calls.recordUnknown(claimed[5]!);
      await db.calls.look(ids[0]!);
      await db.calls.ended(ids);
      await db.evidence.stillGoOn(["call_0", "call_1"]);
      await db.evidence.missing("call_1", { times: 3, forMs: 1_000, oldMs: 100_000 });
      await db.evidence.placedAfterAll("call_9", ids[9]!);
      const call = { call_id: "call_0", metadata: { call_id: ids[0]! } };
      await bed.settle({ ...call, call_status: "ongoing" }, "call_started");
      await bed.settle({ ...call, call_status: "ended", disconnection_reason: "user_hangup" }, "call_ended");
      await bed.settle({ ...call, call_status: "ended", call_analysis: { done: true } }, "call_analyzed");
      await db.sweeps.withoutNews(1_000, 100);
      await db.sweeps.givenUp(1_000, 100);
      await db.sweeps.unfinishedRows("in_progress", null, 100);
      await db.sweeps.unfinishedRows("pending", null, 100);
      await db.sweeps.unenqueued();
      await db.sweeps.neededJobs();
      await db.sweeps.withoutNeed(ids);
      await db.sweeps.noteAsked(ids.slice(1, 3));
      await db.holding.resumed(ids);
      await db.holding.isHeld(batchId);
      await db.holding.kept([batchId]);
      await db.waits.waiting(batchId);
      await db.waits.waiting(endedBatch);
      await db.outbox.webhooksDue();
      await enqueueBatch(bed.deps)(batchId, 0n, AbortSignal.timeout(200));
    });
    const pages = await recorded(async () => {
      await db.campaigns.list(null, 50);
      await db.campaigns.find(campaignId);
      await db.lists.batches({}, null, 50);
      await db.lists.batches({ campaignId }, null, 50);
      await db.lists.batch(batchId);
      for (const id of [batchId, endedBatch]) {
        await db.lists.calls(id, { sort: "turn", masked: false }, null, 50);
        await db.lists.calls(id, { sort: "turn", masked: true }, { key: null, turn: 50_000n }, 50);
        await db.lists.calls(
          id,
          { sort: "-turn", masked: false, status: id === batchId ? "pending" : "completed" },
          null,
          50,
        );
      }
      await db.lists.calls(batchId, { sort: "turn", masked: false, status: "in_progress" }, null, 50);
      await db.lists.call(ids[0]!);
      await db.lists.callsByIds(ids);
      await db.candidates.list(campaignId, null, 50);
      await db.candidates.list(campaignId, { ordinal: 150_000n, id: ids[0]! }, 50);
      await db.live.batches({ batchIds: [batchId], campaignIds: [campaignId], all: false });
      await db.live.callsInProgress([batchId], 100);
      await db.lines.view();
      await db.stops.receipts({ campaignId, batchId }, null, 50);
      await db.audit.list(campaignId, null, 50);
      await db.doNotCall.hasOpenDials();
    });
    // A small batch, whose ids are then replaced by those of the large one.
    const small = await bed.rows(3);
    const stops = await recorded(async () => {
      // Its work after the answer, too: the jobs of the cancelled calls are removed.
      const background = createBackground(bed.deps.log);
      const deps = { ...bed.deps, background };
      await cancelBatchCalls(deps)(small.batchId, { mode: "hangup", by: "test" });
      await stopCampaignCalling(deps)(small.campaignId, { mode: "drain", by: "test" });
      await background.close();
      await db.stops.brakedWithPending();
    });
    for (const statement of stops)
      statement.values = JSON.parse(
        JSON.stringify(statement.values, (_, value) => (typeof value === "bigint" ? `${value}` : value))
          .replaceAll(small.batchId, batchId)
          .replaceAll(small.campaignId, campaignId),
      );
    const all = [...calls, ...pages, ...stops];
    const kept = calls.filter(({ name }) => first.some((one) => name && one.name === name));
    expect(kept.map(nameOf)).toEqual(expect.arrayContaining(["claim", "record placed", "settle"]));
    for (const statement of kept) expect(await early.tooManyRead(statement)).toEqual([]);
    await early.close();
    expect(await tooManyRead(all)).toEqual([]);
    await bed.sql("ANALYZE");
    expect(await tooManyRead(all)).toEqual([]);
    await bed.sql(
      "UPDATE retell_calls SET call_status = 'failed', error_message = 'Batch cancelled by user' WHERE batch_id = $1 AND call_status = 'pending'",
      [batchId],
    );
    expect(await tooManyRead(all)).toEqual([]);
    expect(all.map(nameOf)).toEqual(
      expect.arrayContaining([
        "claim",
        "settle",
        "release",
        "refuse",
        "brake",
        "brake campaign",
        "flip",
        "look",
        "figures",
        "cancelled behind",
      ]),
    );
  },
  PATIENCE_MS,
);
