import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Bed, openBed } from "@ringfence/campaigns/testing";
import { addressOf, BUILT_ADMIN_KEY, environmentOf, startBuilt } from "@ringfence/testkit";

const README = fileURLToPath(new URL("../README.md", import.meta.url));
const BETWEEN = "=== next ===";

let bed: Bed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

test("the ten commands of apps/api/README.md lead from nothing to calls and their end", async () => {
  const environment = environmentOf(bed);
  const api = startBuilt("api", environment);
  const url = await addressOf(api);
  const worker = startBuilt("worker", { ...environment, PUBLIC_URL: url });

  const [settings, ...commands] = [...(await readFile(README, "utf8")).matchAll(/^```sh\n(.*?)^```$/gms)].map(
    ([, code]) => code!,
  );
  expect(commands).toHaveLength(10);
  expect(settings).toMatch(/^URL=.*\nADMIN_KEY=.*\n$/);
  const script = [`URL=${url}\nADMIN_KEY=${BUILT_ADMIN_KEY}\n`, ...commands].join(`\necho; echo '${BETWEEN}'\n`);
  const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script]);
  const answers = stdout.split(BETWEEN).map((text) => (text.trim() === "" ? null : JSON.parse(text)));
  expect(answers).toMatchObject([
    null,
    null,
    null,
    { created: 1, duplicates: 0, rejected_count: 0 },
    { created: 2 },
    { candidates: 3, first: [{ name: "Ada Brennan" }, { name: "Boris Okafor" }, { name: "Carla Jimenez" }] },
    null,
    { total_candidates: 2 },
    { items: [{ phone_number: "+14155550100" }, { phone_number: "+14155550101" }], next_cursor: null },
    {},
    { next_cursor: null },
  ]);
  for (const { child, exit } of [worker, api]) {
    child.kill("SIGKILL");
    await exit;
  }
});
