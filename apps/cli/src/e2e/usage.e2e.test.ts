import { fileURLToPath } from "node:url";
import { BUILT_ADMIN_KEY } from "@ringfence/testkit";
import { endAll, runCli } from "../testing/cli.ts";

const CANDIDATES = fileURLToPath(new URL("../../../standalone/candidates.csv", import.meta.url));
const NONE = "00000000-0000-4000-8000-000000000000";
/** Nothing listens on this port, and no command here sends a request before its usage is right. */
const SETTINGS = { RINGFENCE_URL: "http://127.0.0.1:1", RINGFENCE_KEY: BUILT_ADMIN_KEY };

const run = (...args: string[]) => runCli(SETTINGS, args);
afterEach(endAll);

describe("exit codes", () => {
  test.each<[string, string[], RegExp]>([
    ["an unknown command", ["dial"], /unknown command 'dial'/],
    ["no command", [], /^Usage: ringfence/],
    ["an unknown option", ["status", "--all"], /unknown option '--all'/],
    ["a key as an option", ["status", "--key", "x"], /unknown option '--key'/],
    ["a number out of bounds", ["lines", "--limit", "0"], /Must be a whole number from 1 to 10000/],
    ["a wrong choice", ["calls", NONE, "--status", "busy"], /Allowed choices are pending, in_progress/],
    ["two things that exclude each other", ["calls", NONE, "--csv", "--limit", "3"], /cannot be used with/],
    [
      "an import without campaign",
      ["import", CANDIDATES],
      /Name either --campaign ID, or --name NAME and --from NUMBER/,
    ],
    ["an import into two campaigns", ["import", CANDIDATES, "--campaign", NONE, "--name", "A"], /Name either/],
    ["an unknown country", ["import", CANDIDATES, "--campaign", NONE, "--country", "XX"], /There is no country "XX"/],
    [
      "an invalid caller number",
      ["import", CANDIDATES, "--name", "A", "--from", "12"],
      /^--from: Must be international/,
    ],
    ["a correction of nothing", ["candidates", "correct", NONE], /Say what to correct: --number/],
    ["a variable without a name", ["candidates", "correct", NONE, "--variable", "gold"], /Must be NAME=VALUE/],
    [
      "an unknown event",
      ["webhooks", "create", "https://example.com", "call.lost"],
      /Allowed choices are batch\.completed/,
    ],
    ["an invalid time", ["webhooks", "replay", NONE, "--since", "monday"], /Must be a time such as/],
    ["an unconfirmed deletion", ["delete", NONE], /add --yes\. Nothing was deleted\./],
    ["no such file", ["import", "none.csv", "--campaign", NONE], /none\.csv: Cannot be read \(ENOENT\)/],
    ["a folder", ["import", ".", "--campaign", NONE, "--format", "csv"], /\.: Cannot be read \(EISDIR\)/],
  ])("%s is 2", async (_what, args, said) => {
    const { code, err } = await run(...args);
    expect([code, err]).toEqual([2, expect.stringMatching(said)]);
  });

  test("wrong usage with --json is 2, as JSON", async () => {
    const { code, out, err } = await run("lines", "--limit", "0", "--json");
    expect([code, out]).toEqual([2, ""]);
    expect(JSON.parse(err)).toEqual({
      code: "usage",
      detail: expect.stringMatching(/^option '--limit <n>' argument '0' is invalid\. Must be/),
      exit_code: 2,
    });
  });

  test("help is 0, and names the codes", async () => {
    const help = await run("--help");
    expect([help.code, help.err]).toEqual([0, ""]);
    expect(help.out).toMatch(/Exit codes:\n +0 {2}done/);
    const commands = [...help.out.matchAll(/^ {2}([a-z][a-z-]+) (?:\[options\] )?.* {2,}\S/gm)]
      .map(([, command]) => command!)
      .filter((command) => command !== "help");
    expect(commands).toHaveLength(21);
    for (const { out } of await Promise.all(commands.map((command) => run(command, "--help"))))
      expect(out).toMatch(/Examples:\n {2}ringfence /);
  });

  test("an unreachable API is 3", async () => {
    const { code, err } = await runCli(SETTINGS, ["keys", "create", "A", "--role", "viewer"]);
    expect([code, err]).toEqual([
      3,
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:1 cannot be reached: .*RINGFENCE_URL/),
    ]);
    expect(err).not.toContain(BUILT_ADMIN_KEY);
  });

  test("a missing key is 4", async () => {
    const { code, err } = await runCli({}, ["status"]);
    expect([code, err]).toEqual([4, expect.stringMatching(/^There is no key\. Set RINGFENCE_KEY/)]);
  });
});
