import { useBed } from "../testing/use-bed.ts";
import { processName } from "./connections.ts";
import { openDatabase } from "./database.ts";
import { isUnavailable, sqlState } from "./errors.ts";

const bed = useBed();

const POOLS = { work: 2, main: 2, bulk: 1, stops: 1, keys: 1, outbox: 1 };
const open = (url = bed.databaseUrl) => openDatabase(url, POOLS, () => undefined);
const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => Promise.reject(new Error("it did not fail")),
    (error: unknown) => error,
  );
/** The database's address with a port where no server listens. */
const nobody = () => {
  const url = new URL(bed.databaseUrl);
  url.port = "1";
  return url.href;
};

const ID = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";

describe("an unavailable database is distinguished from an error of ours", () => {
  test.each<[string, (db: ReturnType<typeof open>) => Promise<unknown>]>([
    ["a claim", (db) => db.calls.claim([{ callId: ID, name: ID }], 1)],
    ["a launch", (db) => db.launches.launch("6f9619ff-8b86-4d01-b42d-00cf4fc964ff", "undialed", null)],
    ["an import", (db) => db.imports.addCandidates("6f9619ff-8b86-4d01-b42d-00cf4fc964ff", [])],
    ["a brake", (db) => db.stops.brake("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")],
    ["a flip", (db) => db.stops.flip("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")],
    ["a page", (db) => db.lists.batches({}, null, 1)],
  ])("when no server listens: %s", async (_, ask) => {
    const db = open(nobody());
    expect(isUnavailable(await failure(ask(db)))).toBe(true);
    await db.close();
  });

  test.each<[string, string, string, boolean]>([
    [
      "a number twice",
      "INSERT INTO candidates (campaign_id, phone_number) SELECT campaign_id, phone_number FROM candidates",
      "23505",
      false,
    ],
    ["a division by zero", "SELECT 1 / 0", "22012", false],
    ["a table that is not there", "SELECT * FROM nowhere", "42P01", false],
    ["an end by the administrator", "SELECT pg_terminate_backend(pg_backend_pid())", "57P01", true],
    ["a statement that took too long", "SET statement_timeout = 50; SELECT pg_sleep(5)", "57014", true],
    ["a lock that was not to be had", "SET lock_timeout = 50; UPDATE lines SET in_use = in_use", "55P03", true],
  ])("%s", async (_, statement, state, away) => {
    await bed.campaign(1);
    const holder = await bed.connect();
    await holder.query("BEGIN");
    await holder.query("SELECT 1 FROM lines FOR UPDATE");
    const client = await bed.connect();
    client.on("error", () => undefined);
    const error = await failure(client.query(statement));
    client.release(true);
    await holder.query("ROLLBACK");
    holder.release();
    expect([sqlState(error), isUnavailable(error)]).toEqual([state, away]);
  });

  test("also through Prisma", async () => {
    const db = open();
    const holder = await bed.connect();
    await holder.query("BEGIN");
    await holder.query("LOCK retell_batch_calls");
    const page = failure(db.lists.batches({}, null, 1));
    await bed.lockWaits();
    await bed.sql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    const error = await page;
    await holder.query("ROLLBACK");
    holder.release();
    expect(isUnavailable(error)).toBe(true);
    expect(await db.schema()).toBe("current");
    await db.close();
  });

  test.each([
    [new Error("x")],
    [new TypeError("x")],
    [null],
    [undefined],
    ["text"],
    [{ code: "P2002" }],
    [new Error("Connection to nothing")],
  ])("%p is an error of ours", (error) => expect(isUnavailable(error)).toBe(false));
});

test("a statement that lost a deadlock is retried", async () => {
  const { ids } = await bed.rows(2);
  await bed.claim(ids[0]!);
  const rival = await bed.connect();
  await rival.query("BEGIN");
  await rival.query("SET LOCAL deadlock_timeout = '20 s'");
  await rival.query("SELECT 1 FROM lines FOR UPDATE");
  const claim = bed.ask(ids[1]!);
  await bed.lockWaits();
  await rival.query("SELECT 1 FROM retell_calls WHERE id = $1 FOR UPDATE", [ids[1]]);
  await rival.query("COMMIT");
  rival.release();
  expect(await claim).toMatchObject({ kind: "yours" });
});

test("times are right whatever the server's time zone", async () => {
  const name = new URL(bed.databaseUrl).pathname.slice(1);
  await bed.sql(`ALTER DATABASE ${name} SET timezone = 'America/New_York'`);
  const db = open();
  const { ids } = await bed.rows(1);
  await bed.place(ids[0]!, "call_1");
  const startedAt = new Date(Date.UTC(2026, 6, 1, 12));
  await db.evidence.settle({
    retellCallId: "call_1",
    callId: null,
    callStatus: "completed",
    errorMessage: null,
    disconnectionReason: "user_hangup",
    startedAt,
    endedAt: startedAt,
    durationMs: 0,
    recordingUrl: null,
    analysis: null,
  });
  const view = await db.lists.call(ids[0]!);
  expect(view).toMatchObject({ started_at: startedAt, ended_at: startedAt });
  expect(Math.abs(Number(view!.claimed_at) - Date.now())).toBeLessThan(60_000);
  expect(await bed.call(ids[0]!)).toMatchObject({ started_at: startedAt });
  const [page] = await db.lists.batches({}, null, 1);
  expect(await db.lists.batches({}, { createdAt: page!.created_at, id: page!.id }, 1)).toEqual([]);
  await db.close();
  await bed.sql(`ALTER DATABASE ${name} RESET timezone`);
});

test("a process knows how many connections all processes may need, and how many the server, database and role allow", async () => {
  const options = (kind: string, total: number) =>
    [bed.databaseUrl, POOLS, () => undefined, undefined, { name: processName(kind, total) }] as const;
  const [one, two] = [openDatabase(...options("api", 18)), openDatabase(...options("worker", 11))];
  const before = await bed.db.connections();
  await Promise.all([one.schema(), two.schema(), two.lists.batches({}, null, 1)]);
  const during = await two.connections();
  expect(during.needed - before.needed).toBeGreaterThanOrEqual(29);
  expect(during.processes - before.processes).toBeGreaterThanOrEqual(2);
  await bed.sql("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 77', current_database()); END $$");
  expect((await two.connections()).allowed).toBe(77);
  await Promise.all([one.close(), two.close()]);
});
