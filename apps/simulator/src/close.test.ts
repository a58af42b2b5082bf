import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const HERE = resolve(import.meta.dirname, "..");

/** Has, when it closes: a call in every state, a webhook that is never answered, one to be retried, one delayed, a slow and a hanging request. */
const PROGRAM = `
import { createServer } from "node:http";
import { startSimulator } from "./simulator.mjs";
const [answers, gone] = [createServer(() => {}), "http://127.0.0.1:1/"];
await new Promise((resolve) => answers.listen(0, "127.0.0.1", resolve));
answers.unref();
const silent = "http://127.0.0.1:" + answers.address().port + "/";
const sim = await startSimulator({ outcomes: { default: { reason: "user_hangup", ringMs: 0 } } });
const until = async (condition) => { while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5)); };
const dial = (webhook_url, wish) => fetch(sim.url + "/v2/create-phone-call", {
  method: "POST",
  headers: { "content-type": "application/json", authorization: "Bearer " + sim.apiKey },
  body: JSON.stringify({ from_number: "+14157774444", to_number: "+12137774445", metadata: { sim: wish }, agent_override: { agent: { webhook_url } } }),
}).catch(() => "cut");
let asked = 0;
answers.on("request", () => { asked += 1; });
await dial(silent, {});
await dial(gone, {});
await until(() => asked === 1 && sim.figures().webhookAttempts >= 1);
sim.webhooks({ delayMs: 600_000 });
const ringing = await dial(silent, { ringMs: 600_000 });
await dial(silent, { reason: "dial_busy" });
sim.fault({ match: "POST /v2/create-phone-call", mode: "slow", delayMs: 600_000 });
sim.fault({ match: "POST /v2/create-phone-call", mode: "hang_after" });
const waiting = [dial(silent, {}), dial(silent, {})];
await until(() => sim.figures().dials === 6);
sim.webhooks({});
sim.end((await ringing.json()).call_id); // its webhooks are not sent yet when it closes
await sim.close();
console.log((await Promise.all(waiting)).join());
`;

test("a closed simulator keeps no process alive", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ringfence-simulator-"));
  try {
    const bundle = ["--bundle", "--platform=node", "--format=esm", `--outfile=${join(folder, "simulator.mjs")}`];
    const banner = 'import { createRequire as r } from "node:module"; const require = r(import.meta.url);';
    const esbuild = resolve(HERE, "../../node_modules/.bin/esbuild");
    await run(esbuild, ["src/index.ts", ...bundle, `--banner:js=${banner}`, "--log-level=warning"], { cwd: HERE });
    await writeFile(join(folder, "program.mjs"), PROGRAM);
    const { stdout } = await run(process.execPath, [join(folder, "program.mjs")], { timeout: 45_000 });
    expect(stdout.trim()).toBe("cut,cut");
  } finally {
    await rm(folder, { recursive: true });
  }
});
