import { chmod, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bed, openBed } from "@ringfence/campaigns/testing";
import { type Client, createClient } from "@ringfence/client";
import { addressOf, BUILT_ADMIN_KEY, type BuiltProcess, environmentOf, startBuilt, until } from "@ringfence/testkit";
import { endAll, runCli, startCli } from "../testing/cli.ts";
import { workbook } from "../testing/workbook.ts";

const NONE = "00000000-0000-4000-8000-000000000000";

let bed: Bed;
let api: BuiltProcess;
let settings: Record<string, string>;
let client: Client;
let folder: string;
beforeAll(async () => {
  bed = await openBed();
  api = startBuilt("api", environmentOf(bed));
  settings = { RINGFENCE_URL: await addressOf(api), RINGFENCE_KEY: BUILT_ADMIN_KEY };
  client = createClient({ url: settings.RINGFENCE_URL!, key: BUILT_ADMIN_KEY });
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
/** The output of a command with --json; the command must succeed. */
async function ask(...args: string[]) {
  const { code, out, err } = await run(...args, "--json");
  expect([code, err]).toEqual([0, ""]);
  return JSON.parse(out);
}

test("rejected rows of a real-life file are written out whole and, once corrected, imported with all their fields", async () => {
  const [file, rejected] = [join(folder, "leute.csv"), join(folder, "rejected.csv")];
  const rows = [
    "Greta;M\u00f6ller;030 901820;M\u00fcnchen",
    "Jan;Zwei;030 901830 / 31;=1+1",
    "Eva;Vier;030 901840;Ulm",
  ];
  await writeFile(file, ["Vorname;Nachname;Telefon;Ort", ...rows].join("\r\n"), "latin1");
  expect(await ask("do-not-call", "add", "--country", "de", "030 901840")).toMatchObject({ created: 1, rejected: [] });

  const from = ["--name", "Herbst", "--from", "030 901899", "--country", "DE"];
  const first = await run("import", file, ...from, "--rejected", rejected, "--strict");
  expect(first.code).toBe(6);
  expect(first.out).toMatch(
    /^campaign \S+\n2 created \(1 of them on the do-not-call list\), 0 already there, 1 rejected\n\nrow {2}line {2}number +rejected because\n +2 +3 {2}030 901830 \/ 31 {2}May be \+4930901830 or /,
  );
  expect(first.err).toMatch(
    /leute\.csv is read as Windows-1252; .*\n.*number from "Telefon"; name from "Vorname" \+ "Nachname"\n/,
  );
  const campaign = /^campaign (\S+)/.exec(first.out)![1]!;
  const text = await readFile(rejected, "utf8");
  expect(text).toMatch(
    /^\ufeff"Vorname";"Nachname";"Telefon";"Ort";"rejected_because"\r\n"Jan";"Zwei";"030 901830 \/ 31";"'=1\+1"/,
  );
  expect((await stat(rejected)).mode & 0o777).toBe(0o600);

  await writeFile(rejected, text.replace(" / 31", ""));
  const again = await run("import", rejected, "--campaign", campaign, "--country", "DE");
  expect([again.code, again.out]).toEqual([0, `campaign ${campaign}\n1 created, 0 already there, 0 rejected\n`]);
  const { items: people } = await client.GET("/v1/campaigns/{id}/candidates", { params: { path: { id: campaign } } });
  expect(people).toMatchObject([
    { phone_number: "+4930901820", name: "Greta M\u00f6ller", dynamic_variables: { Ort: "M\u00fcnchen" } },
    { phone_number: "+4930901840", name: "Eva Vier" },
    {
      phone_number: "+4930901830",
      name: "Jan Zwei",
      dynamic_variables: { Vorname: "Jan", Nachname: "Zwei", Ort: "=1+1" },
    },
  ]);
  const dryRun = await run("launch", campaign, "--dry-run");
  expect(dryRun.out).toMatch(/^A launch would place 2 calls; nobody was called\.\nLeft out .* do-not-call list: 1\n/);

  const sheet = join(folder, "sheet.csv");
  await writeFile(
    sheet,
    workbook([
      ["phone_number", "name"],
      [4930901820, "Greta Neu"],
      ["+4930901840", "Eva Neu"],
    ]),
  );
  const known = await run("import", sheet, "--campaign", campaign, "--country", "DE");
  expect(known.out).toBe(`campaign ${campaign}\nNothing was imported.\n0 created, 2 already there, 0 rejected\n`);
  const none = await runCli(settings, ["import", "-", "--campaign", campaign], "phone_number\n12\n");
  expect([none.code, none.out]).toEqual([
    0,
    expect.stringMatching(/\nNothing was imported\.\n0 created, 0 already there, 1 rejected\n\nrow /),
  ]);
  const args = ["import", "-", "--campaign", campaign, "--country", "DE", "--update", "--json"];
  const updated = await runCli(settings, args, await readFile(sheet));
  expect([updated.err, JSON.parse(updated.out)]).toEqual([
    "",
    {
      campaign_id: campaign,
      created: 0,
      duplicates: 0,
      updated: 2,
      on_do_not_call: 0,
      rejected_count: 0,
      rejected: [],
    },
  ]);
});

test("a file whose end cannot be read imports nothing and creates no campaign", async () => {
  const file = join(folder, "torn.csv");
  const rows = Array.from({ length: 30_000 }, (_, n) => `+1415${5_500_000 + n}`);
  await writeFile(file, ["phone_number", ...rows, '"+14157770000'].join("\n"));
  const before = await bed.sql("SELECT id FROM campaigns");
  const torn = {
    code: 2,
    out: "",
    err: expect.stringMatching(/torn\.csv: line 30002: A quote opens here and never closes/),
  };
  expect(await run("import", file, "--name", "Torn", "--from", "+14157774444")).toEqual(torn);
  expect(await bed.sql("SELECT id FROM campaigns")).toEqual(before);
  const id = await bed.campaign(2);
  expect(await run("import", file, "--campaign", id)).toEqual(torn);
  expect(await client.GET("/v1/campaigns/{id}", { params: { path: { id } } })).toMatchObject({ candidates: 2 });
});

test("an import that is killed half-way leaves no temporary file", async () => {
  const before = await readdir(tmpdir());
  const importing = startCli(settings, "import", "-", "--campaign", NONE);
  importing.child.stdin.write("phone_number\n+14155550100\n");
  await until("the command waits for more", async () => (await spoolsOf(importing.child.pid!)).length > 0);
  importing.child.kill("SIGINT");
  expect((await importing.ended).code).toBe("SIGINT");
  const left = (await readdir(tmpdir())).filter((name) => !before.includes(name));
  expect(left.filter((name) => /^ringfence-[0-9a-f]{8}-/.test(name))).toEqual([]);
});
/** The unnamed temporary files that a process holds open; without /proc the test takes their existence for granted. */
async function spoolsOf(pid: number): Promise<string[]> {
  const folder = `/proc/${pid}/fd`;
  const open = await readdir(folder).catch(() => null);
  if (open === null) return ["unknown"];
  const targets = await Promise.all(open.map((fd) => readlink(join(folder, fd)).catch(() => "")));
  return targets.filter((target) => /\/ringfence-\S+ \(deleted\)$/.test(target));
}

test("the commands lines, keys and do-not-call work", async () => {
  expect(await ask("lines", "--limit", "6", "--per-second", "0.5")).toMatchObject({ limit: 6, calls_per_second: 0.5 });
  expect(await ask("lines", "--limit", "5", "--per-second", "0", "--resume")).toMatchObject({ limit: 5, held: null });
  await bed.hold("Retell refuses the key");
  expect((await run("lines")).out).toMatch(/hold +Retell refuses the key \(since /);
  expect((await ask("lines", "--resume")).held).toBeNull();

  const made = await run("keys", "create", "Script", "--role", "viewer", "--expires-in", "30d");
  expect(made.out).toMatch(/^rf_\S+\n$/);
  expect(made.err).toMatch(/^Key \S+ for Script, viewer, is valid until 20\S+ \S+Z\. It is shown only this once:\n$/);
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
  expect([added.code, added.out]).toEqual([6, expect.stringMatching(/^1 created, 0 already there, 1 rejected/)]);
  const list = "+14155550101\n030 901850 / 51\n030 901850\n";
  const imported = await runCli(settings, ["do-not-call", "import", "-", "--country", "DE"], list);
  expect(imported).toMatchObject({ code: 6, err: 'stdin: number from "column_1"; no name\n' });
  expect(imported.out).toMatch(/^2 created, 0 already there, 1 rejected\n\nrow .*\n +2 +2 {2}030 901850 \/ 51 /);
  const { items } = await ask("do-not-call", "list", "--search", "0100");
  expect(items).toMatchObject([{ phone_number: "+14155550100" }]);
  expect((await run("do-not-call", "list", "--csv")).out.trimEnd().split("\n")).toHaveLength(5);
  expect((await run("do-not-call", "remove", items[0].id)).code).toBe(0);
});

test("a file without an importable row creates no campaign, and the command exits with 6", async () => {
  const before = await bed.sql("SELECT id FROM campaigns");
  const args = ["import", "-", "--name", "Nobody", "--from", "+14157774444", "--json"];
  const { code, out } = await runCli(settings, args, "phone_number\n12\n");
  expect([code, JSON.parse(out)]).toEqual([
    6,
    expect.objectContaining({ campaign_id: null, created: 0, rejected_count: 1 }),
  ]);
  expect(await bed.sql("SELECT id FROM campaigns")).toEqual(before);
});

test("a refusal by the API is printed field by field, with exit code 1", async () => {
  const file = join(folder, "one.csv");
  await writeFile(file, "phone_number\n+14155550199\n");
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

test("an unknown key is exit code 4, even while a file is being sent", async () => {
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
  // stdin is never closed: the answer comes earlier.
  importing.child.stdin.write("phone_number\n");
  expect(await importing.ended).toMatchObject({ code: 4, err: expect.stringMatching(/^unauthenticated: /) });
});

test("a reader that closes the pipe ends the command quietly", async () => {
  const rows = Array.from({ length: 3_000 }, (_, n) => `+1415${5_560_000 + n}`);
  const file = join(folder, "many.csv");
  await writeFile(file, ["phone_number", ...rows].join("\n"));
  await ask("do-not-call", "import", file);
  const listing = startCli(settings, "do-not-call", "list", "--csv");
  listing.child.stdout.once("data", () => listing.child.stdout.destroy());
  expect(await listing.ended).toMatchObject({ code: 0, err: "" });
});

test("a batch and a campaign are held and resumed by id alone, and the status says so", async () => {
  const campaign = await bed.campaign(3);
  const batch = (await ask("launch", campaign)).id;
  const held = await run("hold", batch, "--reason", "lunch");
  expect(held.code).toBe(0);
  expect(held.out).toMatch(new RegExp(`^batch +${batch}\nheld +since .* by .*: lunch\n[^]*pending, wait +3\n`));
  expect(held.out).toContain(`ringfence resume ${batch}`);
  expect((await run("status", batch)).out).toMatch(/held +since .*: lunch/);
  expect(await ask("resume", batch)).toMatchObject({ id: batch, held_at: null });
  expect(await ask("hold", campaign)).toMatchObject({ batch_id: null, held_batches: [batch], held_reason: null });
  expect((await run("status", campaign)).out).toMatch(/held +since/);
  expect(await ask("resume", campaign)).toMatchObject({ id: campaign, held_at: null });
  const unknown = await run("hold", NONE);
  expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining("There is no campaign with this id")]);
  await ask("stop", campaign, "--yes");
  expect((await run("hold", batch)).err).toMatch(/was stopped/);
});
