import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeLogFolder } from "./log-folder.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "log-folder-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("each start has its own folder, and the last ten are kept", async () => {
  const home = join(folder, "home");
  const made: string[] = [];
  for (let minute = 10; minute < 22; minute += 1) {
    made.push(await makeLogFolder(home, { now: new Date(`2026-01-01T00:${minute}:00.000Z`), pid: 7 }));
  }
  expect(made[0]).toBe(join(home, "logs", "2026-01-01T00-10-00-7"));
  expect((await readdir(join(home, "logs"))).map((name) => join(home, "logs", name))).toEqual(made.slice(-10));
});

test("PostgreSQL's user can traverse the parent folder, even under a strict umask", async () => {
  const before = process.umask(0o077);
  try {
    await makeLogFolder(join(folder, "home"), { now: new Date(), pid: 7 });
  } finally {
    process.umask(before);
  }
  expect((await stat(join(folder, "home"))).mode & 0o777).toBe(0o755);
});
