import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { killCommands, runCommand, untilRefused } from "./testing/command.ts";
import { signIn } from "./testing/sign-in.ts";

const DEMO = resolve(import.meta.dirname, "../dist/demo.js");
const TIME_LIMIT_MS = 120_000;
/** Addresses that a demo would use if it read its shell's variables; nothing answers there. */
const POISON = {
  DATABASE_URL: "postgres://poison:poison@127.0.0.1:9/poison",
  REDIS_URL: "redis://127.0.0.1:9",
  RETELL_API_KEY: "key_poison",
  RETELL_WEBHOOK_KEY: "key_poison",
  RETELL_BASE_URL: "http://127.0.0.1:9",
  PUBLIC_URL: "http://127.0.0.1:9",
  ADMIN_API_KEY: "poison-poison-poison-poison",
  PORT: "9",
  CALL_CONCURRENCY: "1",
  CALLS_PER_SECOND: "0.01",
  QUEUE_PREFIX: "poison",
};

let temporary: string;
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), "demo-e2e-"));
  await chmod(temporary, 0o755); // the server's user has to traverse it
});
afterEach(async () => {
  killCommands();
  await rm(temporary, { recursive: true, force: true });
});
const runDemo = (...given: string[]) => runCommand(DEMO, given, { ...POISON, TMPDIR: temporary });

test(
  "--once, run twice in parallel whatever the shell has set, ends with 5 completed, 25 cancelled, 5 dials and nothing left",
  async () => {
    const demos = [runDemo("--once"), runDemo("--once")];
    for (const demo of demos) {
      expect({ ...(await demo.ended), text: demo.text() }).toMatchObject({ code: 0, signal: null });
      const [receipt, batch, dials] = demo.text().split(/^Batch$|^Dials in .*$/m);
      expect(receipt).toMatch(/^ +cancelled_now +25$/m);
      expect(receipt).toMatch(/^ +in_progress_calls +5$/m);
      expect(receipt).toMatch(/^ +pending_calls +0$/m);
      expect(batch).toMatch(/^ +status +cancelled$/m);
      expect(batch).toMatch(/^ +completed_calls +5$/m);
      expect(batch).toMatch(/^ +failed_calls +25$/m);
      expect(batch).toMatch(/^ +cancelled_calls +25$/m);
      expect(dials?.match(/^ +[0-9a-f-]{36} +1$/gm)).toHaveLength(5);
    }
    expect(await readdir(temporary)).toEqual([]);
  },
  TIME_LIMIT_MS,
);

test(
  "the demo shows the campaign until a signal ends all of it within 10 s; killed, it leaves no process behind",
  async () => {
    const demos = { told: runDemo(), killed: runDemo() };
    const addresses: string[] = [];
    for (const demo of Object.values(demos)) {
      const link = await demo.until(/Dashboard +(http:\S+)/);
      const url = new URL(link).origin;
      const key = await demo.until(/Admin key +(\S+)/);
      await demo.until(/5 in progress, .*lines 5 of 5/);
      const pasted = await demo.until(/^curl .*\/cancel$/m);
      expect(pasted).toMatch(new RegExp(`Bearer ${key}' ${url}/v1/batches/[0-9a-f-]{36}/cancel$`));
      expect((await fetch(`${url}/queues`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
      expect([await signIn(link), await signIn(link)]).toEqual([200, 401]);
      addresses.push(url);
    }
    demos.killed.signal("SIGKILL");
    demos.told.signal("SIGINT");
    demos.told.signal("SIGINT"); // as one Ctrl-C through npm
    const { afterMs, ...end } = await demos.told.ended;
    expect(end).toEqual({ code: 0, signal: null });
    expect(afterMs).toBeLessThan(10_000);
    for (const url of addresses) await untilRefused(url);
  },
  TIME_LIMIT_MS,
);

test("an unknown argument is named, and nothing is started", async () => {
  const demo = runDemo("--twice");
  expect(await demo.ended).toMatchObject({ code: 1 });
  expect(demo.text()).toMatch(/^Unknown argument: --twice\nUsage:/);
});
