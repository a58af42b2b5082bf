import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Bed, openBed } from "@ringfence/campaigns/testing";
import { addressOf, BUILT_ADMIN_KEY, environmentOf, startBuilt, until } from "@ringfence/testkit";

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Time for a dozen commands, on a machine that runs other tests too. */
const TIMEOUT_MS = 180_000;

let bed: Bed;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ringfence-cli-"));
  bed = await openBed({ outcomes: { default: { reason: "user_hangup", ringMs: 10, talkMs: 10 } } });
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

test(
  "the commands of the README run as they stand",
  async () => {
    const environment = environmentOf(bed);
    const api = start("api", environment);
    const url = await addressOf(api);
    const worker = start("worker", { ...environment, PUBLIC_URL: url });
    await until("the worker has started", () => worker.printed.out.includes("worker started"));

    const blocks = [...(await readFile(pathOf("../../README.md"), "utf8")).matchAll(/^```sh\n(.*?)^```$/gms)];
    expect(blocks[0]![1]).toContain("{ npm run --silent ringfence --");
    const script = blocks
      .map(([, code]) => code!)
      .join("\n")
      .concat("npm run --silent ringfence -- status --limit 7 --json\n")
      // npm adds half a second per command, and is tried once below.
      .replace("npm run --silent ringfence --", "node apps/cli/dist/main.js")
      .replace("http://127.0.0.1:3000", url)
      .replace("the-key-that-npm-start-printed", BUILT_ADMIN_KEY)
      .replaceAll("/tmp/", `${folder}/`);
    const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], {
      cwd: pathOf("../../../.."),
      env: { PATH: process.env.PATH!, HOME: folder },
    });
    expect(stdout).toMatch(/A launch would place 30 calls; nobody was called/);
    expect(stdout).toMatch(/Batch \S+ is completed: 3 calls, 3 completed/);
    expect(stdout).toMatch(/Batch \S+ is completed: 5 calls, 5 completed/);
    expect(stdout).toMatch(
      /\n1 created, 0 already there, 1 rejected\n\nrow [\s\S]*\n1 created, 0 already there, 0 rejected\n/,
    );
    expect(stdout).toMatch(/\n0 created, 1 updated, 0 already there, 1 rejected\n/);
    expect(stdout).toMatch(/\n2 created, 0 already there, 0 rejected\n/);
    expect(await readFile(join(folder, "calls.csv"), "utf8")).toMatch(/^id,batch_id,/);
    expect(stdout).toMatch(/Nobody else is dialled\./);
    expect(stdout).toMatch(/deleted campaign \S+\n/);
    expect(stdout).toMatch(/number +\+4930901821\nname +Greta Berg\n/);
    expect(stdout).toMatch(/deleted candidate \S+\n/);
    expect(stdout).toMatch(/deleted webhook \S+\n/);
    expect(stdout).toMatch(/campaign\.launch +/);
    expect(stdout).toMatch(/lines in use +0 of 20\n/);
    expect(stdout).toMatch(/\nrf_\S+\n/);
    expect(stdout).toMatch(/"campaigns": \[/);
  },
  TIMEOUT_MS,
);
