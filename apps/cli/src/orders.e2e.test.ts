import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  addressOf,
  BUILT_ADMIN_KEY,
  type BuiltProcess,
  createTestbed,
  environmentOf,
  startBuilt,
  type Testbed,
} from "@ringfence/testkit";
import { endAll, runCli, startCli } from "./test-cli.ts";

const NONE = "00000000-0000-4000-8000-000000000000";

let bed: Testbed;
let api: BuiltProcess;
let settings: Record<string, string>;
let folder: string;
beforeAll(async () => {
  bed = await createTestbed();
  api = startBuilt("api", environmentOf(bed));
  settings = { RINGFENCE_URL: await addressOf(api), RINGFENCE_KEY: BUILT_ADMIN_KEY };
  folder = await mkdtemp(join(tmpdir(), "ringfence-cli-"));
});
afterEach(endAll);
afterAll(async () => {
  await rm(folder, { recursive: true });
  api.child.kill("SIGKILL");
  await api.exit;
  await bed.close();
});

const run = (...args: string[]) => runCli(settings, args);
/** What a command answers with --json; it must succeed. */
async function ask(...args: string[]) {
  const { code, out, err } = await run(...args, "--json");
  expect([code, err]).toEqual([0, ""]);
  return JSON.parse(out);
}

test("rows that are rejected are named, written down on request, and count with --strict", async () => {
  const file = join(folder, "people.ndjson");
  await writeFile(file, '{"phone_number": "+14155550100"}\n{"phone_number": "=1+1"}\n');
  const { campaign_id } = await ask("import", file, "--name", "Rejected", "--from", "+14157774444");
  const rejected = join(folder, "rejected.csv");
  const again = await run("import", file, "--campaign", campaign_id, "--strict", "--rejected", rejected);
  expect(again.code).toBe(6);
  expect(again.out).toMatch(/0 created, 1 there already, 1 rejected\n\nrow {2}number +rejected because\n +2 /);
  expect(await readFile(rejected, "utf8")).toMatch(/^row,phone_number,reason\n2,'=1\+1,/);
  expect((await stat(rejected)).mode & 0o777).toBe(0o600);
});

test("lines, keys and numbers not to call", async () => {
  expect(await ask("lines", "--limit", "6", "--per-second", "0.5")).toMatchObject({ limit: 6, calls_per_second: 0.5 });
  expect(await ask("lines", "--limit", "5", "--per-second", "0", "--resume")).toMatchObject({ limit: 5, held: null });
  await bed.hold("Retell refuses the key");
  expect((await run("lines")).out).toMatch(/hold +Retell refuses the key \(since /);
  expect((await ask("lines", "--resume")).held).toBeNull();

  const made = await run("keys", "create", "Script", "--role", "viewer", "--expires-in", "30d");
  expect(made.out).toMatch(/^rf_\S+\n$/);
  expect(made.err).toMatch(/^Key \S+ for Script, viewer, holds until 20\S+ \S+Z\. It is shown this once:\n$/);
  const key = made.out.trim();
  const [listed] = (await ask("keys", "list")).items;
  expect(listed).toMatchObject({ name: "Script", role: "viewer" });
  const keyFile = join(folder, "key");
  await writeFile(keyFile, made.out);
  await chmod(keyFile, 0o644);
  const viewer = ["--key-file", keyFile];
  const warned = await run("lines", ...viewer);
  expect([warned.code, warned.err]).toEqual([
    0,
    `Others can read the key in ${keyFile}; close it: chmod 600 ${keyFile}\n`,
  ]);
  await chmod(keyFile, 0o600);
  expect(await run("lines", "--limit", "9", ...viewer)).toMatchObject({
    code: 4,
    err: expect.stringMatching(/^forbidden: /),
  });
  expect((await run("keys", "delete", listed.id)).out).toBe(`deleted key ${listed.id}\n`);
  const refused = await run("lines", ...viewer, "--json");
  expect([refused.code, JSON.parse(refused.err).code]).toEqual([4, "unauthenticated"]);
  expect(refused.err).not.toContain(key);

  const added = await run("do-not-call", "add", "+14155550100", "5550");
  expect([added.code, added.out]).toEqual([6, expect.stringMatching(/^1 created, 0 there already, 1 rejected/)]);
  const imported = await runCli(
    settings,
    ["do-not-call", "import", "-", "--format", "csv"],
    "phone_number\n+14155550101\n",
  );
  expect(imported.code).toBe(0);
  const { items } = await ask("do-not-call", "list", "--search", "0100");
  expect(items).toMatchObject([{ phone_number: "+14155550100" }]);
  expect((await run("do-not-call", "list", "--csv")).out.trimEnd().split("\n")).toHaveLength(3);
  expect((await run("do-not-call", "remove", items[0].id)).code).toBe(0);
});

test("exit code 1: what the API refuses, field by field", async () => {
  const file = join(folder, "empty.csv");
  await writeFile(file, "phone_number\n");
  const { code, err } = await run("import", file, "--name", " ", "--from", "+12025550199", "--agent", " ");
  expect(code).toBe(1);
  expect(err).toMatch(
    /^invalid_request: Correct and send again: name, agent_id\n {2}name: .*\n {2}agent_id: Must not be empty/,
  );
  expect(await run("watch", NONE)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^There is no batch and no campaign/),
  });
});

test("exit code 4: an unknown key, even while a file is being sent", async () => {
  const importing = startCli(
    { ...settings, RINGFENCE_KEY: "rf_unknown" },
    "import",
    "-",
    "--format",
    "csv",
    "--campaign",
    NONE,
  );
  importing.child.stdin.on("error", () => {});
  // Never ended: the answer comes before that.
  importing.child.stdin.write("phone_number\n");
  expect(await importing.ended).toMatchObject({ code: 4, err: expect.stringMatching(/^unauthenticated: /) });
});

test("whoever has read enough ends it quietly", async () => {
  const rows = Array.from({ length: 3_000 }, (_, n) => `+1415${5_560_000 + n}`);
  const file = join(folder, "many.csv");
  await writeFile(file, ["phone_number", ...rows].join("\n"));
  await ask("do-not-call", "import", file);
  const listing = startCli(settings, "do-not-call", "list", "--csv");
  listing.child.stdout.once("data", () => listing.child.stdout.destroy());
  expect(await listing.ended).toMatchObject({ code: 0, err: "" });
});
