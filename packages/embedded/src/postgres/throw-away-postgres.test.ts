import { existsSync } from "node:fs";
import { untilRefused } from "../testing/clone-for-tests.ts";
import { query } from "../testing/query-for-tests.ts";
import { type EmbeddedPostgres, startPostgres } from "./start-postgres.ts";

describe("throw-away PostgreSQL", () => {
  let postgres: EmbeddedPostgres;
  const lines: string[] = [];

  const shell = { LC_ALL: "xx_XX.none", LANG: "xx_XX.none", TZ: "Asia/Tokyo", PGDATA: "/nowhere", PGPORT: "1" };

  beforeAll(async () => {
    const before = process.env;
    process.env = { ...before, ...shell };
    postgres = await startPostgres({ settings: { work_mem: "5MB" }, log: (line) => lines.push(line) });
    process.env = before;
  });
  afterAll(() => postgres.close());

  const show = async (setting: string) => {
    const [row] = await query<Record<string, string>>(postgres.url, `SHOW ${setting}`);
    return row?.[setting];
  };

  it("answers on the databases ringfence and postgres", async () => {
    const ask = "SELECT current_database() AS name";
    expect(await query(postgres.url, ask)).toEqual([{ name: "ringfence" }]);
    expect(await query(postgres.adminUrl, ask)).toEqual([{ name: "postgres" }]);
  });

  it("keeps UTF-8 and counts it in characters, whatever the shell is set to", async () => {
    expect(await query(postgres.url, "SELECT length('Zoë ☎') AS length")).toEqual([{ length: 5 }]);
    expect(await show("server_encoding")).toBe("UTF8");
    expect(await show("lc_messages")).toBe("C");
    expect(await show("TimeZone")).toBe("UTC");
  });

  it.each([
    ["fsync", "off"],
    ["synchronous_commit", "off"],
    ["full_page_writes", "off"],
    ["max_connections", "200"],
    ["work_mem", "5MB"],
    ["listen_addresses", "127.0.0.1"],
    ["unix_socket_directories", ""],
  ])("runs with %s = '%s'", async (setting, value) => {
    expect(await show(setting)).toBe(value);
  });

  it("refuses a wrong password", async () => {
    const wrong = new URL(postgres.url);
    wrong.password = "guess";
    await expect(query(wrong.href, "SELECT")).rejects.toMatchObject({ code: "28P01" });
  });

  it("passes on what initdb and the server write", () => {
    expect(lines.join("\n")).toMatch(/running bootstrap script.*ready to accept connections/s);
  });

  it("runs beside a second one, which leaves nothing behind when closed, and may be closed again", async () => {
    const second = await startPostgres({ durable: true, settings: { max_connections: "7" } });
    expect(await query(second.url, "SHOW max_connections")).toEqual([{ max_connections: "7" }]);
    expect(await query(second.url, "SHOW fsync")).toEqual([{ fsync: "on" }]);
    expect(existsSync(second.dataDir)).toBe(true);
    await Promise.all([second.close(), second.close()]);
    await second.close();
    expect(existsSync(second.dataDir)).toBe(false);
    await untilRefused(second.url);
    expect(await query(postgres.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  it("closes while a client is in the middle of something", async () => {
    const third = await startPostgres();
    const sleeper = query(third.url, "SELECT pg_sleep(60)");
    const broken = expect(sleeper).rejects.toThrow();
    while (
      (
        await query<{ n: string }>(
          third.url,
          "SELECT count(*) AS n FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)'",
        )
      )[0]?.n === "0"
    );
    await third.close();
    await broken;
  });

  it("says why it does not start, in the server's own words, and the way out", async () => {
    const start = startPostgres({ settings: { shared_buffers: "much" } });
    await expect(start).rejects.toThrow(/Set DATABASE_URL.*invalid value for parameter "shared_buffers"/s);
  });
});
