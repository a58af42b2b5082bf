import { chmod, copyFile, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { killCommands, runCommand, untilRefused } from "./testing/command.ts";
import { signIn } from "./testing/sign-in.ts";

const REAL = resolve(import.meta.dirname, "../../..");
const TIME_LIMIT_MS = 120_000;

/** A clone for the test, because data lie in the clone: the built command is copied, everything that it runs is linked. */
async function makeClone(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "start-e2e-"));
  await chmod(dir, 0o755); // the server's user has to traverse it
  await mkdir(join(dir, "apps", "standalone", "dist"), { recursive: true });
  await copyFile(join(REAL, "apps/standalone/dist/start.js"), join(dir, "apps/standalone/dist/start.js"));
  for (const path of ["node_modules", "apps/api", "apps/worker", "apps/simulator"]) {
    await symlink(join(REAL, path), join(dir, path));
  }
  return dir;
}

let clone: string;
beforeEach(async () => {
  clone = await makeClone();
});
afterEach(async () => {
  killCommands();
  await rm(clone, { recursive: true, force: true });
});
const runStart = (environment: Record<string, string>) =>
  runCommand(join(clone, "apps", "standalone", "dist", "start.js"), [], { PORT: "0", ...environment });

test(
  "npm start boots, answers, and ends within 10 s on a signal; the next start has the same key and the same data",
  async () => {
    const seen: { key: string; campaigns: { name: string }[] }[] = [];
    for (const _round of ["first", "second"]) {
      const start = runStart({ LOG_LEVEL: "error" });
      const key = await start.until(/Admin key +(\S+)/);
      const url = await start.until(/API +(http:\S+)\n/);
      const link = await start.until(/Dashboard +(http:\S+)/);
      await start.until(/Ctrl-C ends it/);
      expect(start.text()).toContain(`data kept in ${clone}/.ringfence/postgres`);
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      expect(new URL(link).origin).toBe(url);
      expect([await signIn(link), await signIn(link)]).toEqual([200, 401]);
      const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
      const list = (await (await fetch(`${url}/v1/campaigns`, { headers })).json()) as { items: { name: string }[] };
      seen.push({ key, campaigns: list.items });
      const body = JSON.stringify({ name: "kept", from_number: "+12025550199" });
      expect((await fetch(`${url}/v1/campaigns`, { method: "POST", headers, body })).status).toBe(201);
      start.signal("SIGTERM");
      const { afterMs, ...end } = await start.ended;
      expect(end).toEqual({ code: 0, signal: null });
      expect(afterMs).toBeLessThan(10_000);
      await untilRefused(url);
    }
    expect(seen[0]).toMatchObject({ campaigns: [] });
    expect(seen[1]).toMatchObject({ key: seen[0]?.key, campaigns: [{ name: "kept" }] });
  },
  TIME_LIMIT_MS,
);

test("a taken port is reported before anything is started", async () => {
  const other = createServer();
  await new Promise<void>((listening) => other.listen(0, "127.0.0.1", listening));
  const { port } = other.address() as { port: number };
  const start = runStart({ PORT: String(port) });
  expect(await start.ended).toMatchObject({ code: 1 });
  expect(start.text()).toMatch(new RegExp(`^Port ${port} of 127.0.0.1 is taken: set PORT .*\n$`));
  await new Promise((closed) => other.close(closed));
});

test("every bad setting is named in one message, and nothing is started", async () => {
  const start = runStart({ PORT: "x", ADMIN_API_KEY: "short", JOB_LOCK_MS: "1" });
  expect(await start.ended).toMatchObject({ code: 1 });
  expect(start.text()).toMatch(/^Correct these settings.*\n.*ADMIN_API_KEY.*\n.*PORT.*\n.*JOB_LOCK_MS.*\n$/);
});
