import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CliError, EXIT } from "./exit-codes.ts";
import { type Flags, readSettings } from "./settings.ts";

const KEY = "rf_key_of_the_file_0123456789";
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "ringfence-cli-"));
});
afterEach(() => rmSync(home, { recursive: true }));

function write(name: string, content: unknown, mode = 0o600): string {
  const path = join(home, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  chmodSync(path, mode);
  return path;
}
const read = (flags: Flags = {}, environment: NodeJS.ProcessEnv = {}) => readSettings(flags, environment, home);
function fault(work: () => unknown): CliError {
  try {
    work();
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const FILE = ".config/ringfence/config.json";

test("only the key is required", () =>
  expect(read({}, { RINGFENCE_KEY: "k" })).toEqual({ url: "http://127.0.0.1:3000", key: "k", warnings: [] }));

test("options override the environment, which overrides the file", () => {
  write(FILE, { url: "http://file", key: KEY });
  expect(read()).toEqual({ url: "http://file", key: KEY, warnings: [] });
  const environment = { RINGFENCE_URL: "http://environment", RINGFENCE_KEY: "e" };
  expect(read({}, environment)).toMatchObject({ url: "http://environment", key: "e" });
  const keyFile = write("key", "flag\n");
  expect(read({ url: "https://flag/below", keyFile }, environment)).toMatchObject({
    url: "https://flag/below",
    key: "flag",
  });
});

test("an empty variable counts as unset", () => {
  write(FILE, { url: "http://file", key: KEY });
  expect(read({}, { RINGFENCE_URL: "", RINGFENCE_KEY: "" })).toMatchObject({ url: "http://file", key: KEY });
});

test("the file is where XDG_CONFIG_HOME says, if that is an absolute path, or where --config says", () => {
  write(FILE, { key: "usual" });
  write("elsewhere/ringfence/config.json", { key: "xdg" });
  const named = write("named.json", { key: "named" });
  expect(read({}, { XDG_CONFIG_HOME: join(home, "elsewhere") }).key).toBe("xdg");
  expect(read({}, { XDG_CONFIG_HOME: "elsewhere" }).key).toBe("usual");
  expect(read({ config: named }, { XDG_CONFIG_HOME: join(home, "elsewhere") }).key).toBe("named");
});

test("a missing key is exit code 4, and the message says how to give a key", () => {
  const error = fault(read);
  expect(error).toMatchObject({ exitCode: EXIT.key, code: "key_missing" });
  expect(error.message).toMatch(/RINGFENCE_KEY.*--key-file.*config\.json/);
});

test.each<[string, unknown, RegExp]>([
  ["invalid JSON", `{ "key": "${KEY}", }`, /config\.json: Is not valid JSON; it should read/],
  ["a list instead of an object", "[]", /config\.json: Must be an object such as/],
  ["an unknown field", { key: KEY, colour: 1 }, /config\.json: colour: This field is not known; remove it/],
  ["a bad address", { url: "localhost:3000", key: KEY }, /config\.json: url: Must be an address such as/],
  ["a bad key", { key: `${KEY} and more` }, /config\.json: key: Must be a key/],
  ["a number for a key", { key: 7 }, /config\.json: key: /],
])("a file with %s is exit code 2, with the field and the remedy, never the key", (_what, content, said) => {
  write(FILE, content);
  const error = fault(read);
  expect(error.exitCode).toBe(EXIT.usage);
  expect(error.message).toMatch(said);
  expect(error.message).not.toContain(KEY);
});

test("all faults of options and environment are reported together", () => {
  const error = fault(() => read({ url: "ftp://x" }, { RINGFENCE_KEY: "two words" }));
  expect(error.message.split("\n")).toEqual([
    expect.stringMatching(/^--url: Must be an address/),
    expect.stringMatching(/^RINGFENCE_KEY: Must be a key/),
  ]);
  expect(error.message).not.toContain("two words");
});

test.each(["config", "keyFile"])("a file that was named (%s) has to exist", (flag) => {
  const error = fault(() => read({ [flag]: join(home, "none") }, { RINGFENCE_KEY: "k" }));
  expect(error).toMatchObject({
    exitCode: EXIT.usage,
    message: expect.stringMatching(/none: Cannot be read \(ENOENT\)/),
  });
});

test("an empty key file is a fault", () => {
  expect(fault(() => read({ keyFile: write("key", "\n") })).message).toMatch(/key: Is empty/);
});

test.each([
  [0o600, 0],
  [0o640, 1],
  [0o604, 1],
])("a file with a key of mode %o: %d warnings", (mode, warnings) => {
  const path = write(FILE, { key: KEY }, mode);
  const keyFile = write("key", KEY, mode);
  expect(read().warnings).toEqual(warnings ? [expect.stringContaining(`chmod 600 ${path}`)] : []);
  expect(read({ keyFile }).warnings).toHaveLength(2 * warnings);
});

test("a file without a key may be read by all", () => {
  write(FILE, { url: "http://file" }, 0o644);
  expect(read({}, { RINGFENCE_KEY: "k" }).warnings).toEqual([]);
});
