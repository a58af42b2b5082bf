import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepAdminKey } from "./admin-key.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "admin-key-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a new key is long enough, is readable by its owner only, and stays the same", async () => {
  const file = join(folder, "key");
  const key = await keepAdminKey(file);
  expect(key).toMatch(/^[\w-]{32}$/);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await keepAdminKey(file)).toBe(key);
  expect(await keepAdminKey(join(folder, "other"))).not.toBe(key);
});

test("two parallel starts take the same key", async () => {
  const file = join(folder, "key");
  const keys = await Promise.all([keepAdminKey(file), keepAdminKey(file)]);
  expect(new Set(keys).size).toBe(1);
});

test.each([
  ["cannot be made", () => join(folder, "missing", "key")],
  [
    "is cut short",
    async () => {
      await writeFile(join(folder, "key"), "abc\n");
      return join(folder, "key");
    },
  ],
])("a key file that %s is a fault that names the remedy", async (_name, file) => {
  await expect(keepAdminKey(await file())).rejects.toThrow(/ADMIN_API_KEY/);
});
