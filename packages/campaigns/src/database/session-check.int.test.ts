import { type AddressInfo, connect, createServer } from "node:net";
import { useBed } from "../testing/use-bed.ts";
import { openDatabase } from "./database.ts";

const bed = useBed();

const SIZES = { work: 2, main: 2, bulk: 1, stops: 1, keys: 1, outbox: 1 };
/** Length of a start-up message before its parameters, in bytes: its length and the protocol version. */
const HEAD = 8;

/** A pooler like PgBouncer in transaction mode: of a session's start-up parameters only user and database reach the server. */
async function openPooler(databaseUrl: string) {
  const { port } = new URL(databaseUrl);
  const server = createServer((near) => {
    const far = connect(Number(port), "127.0.0.1");
    near.once("data", (startup: Buffer) => {
      const words = startup.toString("latin1", HEAD).split("\0");
      const kept = ["user", "database"].map((name) => `${name}\0${words[words.indexOf(name) + 1]}\0`).join("");
      const message = Buffer.concat([startup.subarray(0, HEAD), Buffer.from(`${kept}\0`, "latin1")]);
      message.writeInt32BE(message.length, 0);
      far.write(message);
      near.pipe(far).pipe(near);
    });
    for (const socket of [near, far]) socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return { url: url.href, close: () => new Promise((resolve) => server.close(resolve)) };
}

test("sessions of PostgreSQL itself keep their settings", async () => expect(await bed.db.sessionFault()).toBeNull());

test("a pooler that drops start-up parameters is named, with the remedy", async () => {
  await bed.sql(`ALTER DATABASE ${new URL(bed.databaseUrl).pathname.slice(1)} SET timezone = 'Asia/Tokyo'`);
  const pooler = await openPooler(bed.databaseUrl);
  const db = openDatabase(pooler.url, SIZES, () => undefined);
  expect(await db.sessionFault()).toMatch(/TimeZone is Asia\/Tokyo instead of UTC .*PgBouncer.*DATABASE_URL/s);
  await db.close();
  await pooler.close();
});

test("older tables are distinguished from tables of this version and newer tables", async () => {
  const newest = "(SELECT max(migration_name) FROM _prisma_migrations)";
  expect(await bed.db.schema()).toBe("current");
  await bed.sql(
    `UPDATE _prisma_migrations SET migration_name = migration_name || '_newer' WHERE migration_name = ${newest}`,
  );
  expect(await bed.db.schema()).toBe("older");
  await bed.sql("UPDATE _prisma_migrations SET migration_name = replace(migration_name, '_newer', '')");
  await bed.sql(
    "INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('x', '', '29990101000000_newer', now())",
  );
  expect(await bed.db.schema()).toBe("current");
});
