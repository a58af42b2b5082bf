import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Bed, openBed } from "@ringfence/campaigns/testing";
import { addressOf, BUILT_ADMIN_KEY, environmentOf, startBuilt, until } from "@ringfence/testkit";

const run = promisify(execFile);
const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

let bed: Bed;
let folder: string;
beforeAll(async () => {
  bed = await openBed({ outcomes: { default: { reason: "user_hangup", ringMs: 10, talkMs: 10 } } });
  folder = await mkdtemp(join(tmpdir(), "ringfence-client-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await bed.close();
});

/** Starts a built process that ends with the bed, whether the test passes or fails. */
function start(app: "api" | "worker", environment: Record<string, string>) {
  const process = startBuilt(app, environment);
  bed.onClose(() => {
    process.child.kill("SIGKILL");
    return process.exit;
  });
  return process;
}

test("the example of the README runs as it stands", async () => {
  const environment = environmentOf(bed);
  const api = start("api", environment);
  const url = await addressOf(api);
  const worker = start("worker", { ...environment, PUBLIC_URL: url });
  await until("the worker has started", () => worker.printed.out.includes("worker started"));

  const [, code] = /^```ts\n(.*?)^```$/ms.exec(await readFile(pathOf("../README.md"), "utf8"))!;
  await writeFile(join(folder, "example.ts"), code!);
  await run(pathOf("../../../node_modules/.bin/esbuild"), [
    join(folder, "example.ts"),
    "--bundle",
    `--alias:@ringfence/client=${pathOf("index.ts")}`,
    "--platform=node",
    "--format=esm",
    "--log-level=error",
    `--outfile=${join(folder, "example.mjs")}`,
  ]);
  await cp(pathOf("../../../apps/standalone/candidates.csv"), join(folder, "candidates.csv"));
  const { stdout, stderr } = await run(process.execPath, ["example.mjs"], {
    cwd: folder,
    env: { RINGFENCE_URL: url, RINGFENCE_KEY: BUILT_ADMIN_KEY },
  });
  const [receipt, ...rest] = stdout.trimEnd().split("\n");
  expect(receipt).toMatch(/^\d+ cancelled, \d still in progress$/);
  expect(rest.slice(0, -1).map((line) => line.split(": ")[1])).toHaveLength(10);
  expect(rest.at(-1)).toBe("There is no batch with this id");
  expect(stderr).toBe("");
});
