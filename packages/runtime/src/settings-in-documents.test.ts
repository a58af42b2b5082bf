import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseSettings, settingNames } from "./settings.ts";

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), "utf8");
const README = read("README.md");
const COMPOSE = read("docker/compose.yaml");

/** Only tests set this variable. */
const OF_TESTS = "TIME_SCALE";
const REQUIRED = {
  DATABASE_URL: "postgres://localhost/ringfence",
  REDIS_URL: "redis://localhost",
  RETELL_API_KEY: "key_retell",
  ADMIN_API_KEY: "an-admin-key-of-24-chars",
};

/** The texts between backticks. */
const quoted = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text!);
/** The rows of the settings table: the names in a row, and their default. */
const [, table] = /^\| variable .*\n\|[ -|]*\n((?:\|.*\n)+)/m.exec(README)!;
const rows = table!
  .trimEnd()
  .split("\n")
  .map((line) => line.split(" | "))
  .map((cells) => ({ names: quoted(cells[0]!), defaults: quoted(cells.at(-1)!) }));

const indentOf = (line: string): number => line.search(/\S|$/);
/** The lines below a YAML key that are indented deeper than the key. */
function below(key: string, lines: string[]): string[] {
  const start = lines.findIndex((line) => line.trimStart().startsWith(`${key}:`));
  const depth = indentOf(lines[start]!);
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.trim() !== "" && indentOf(line) <= depth);
  return rest.slice(0, end < 0 ? undefined : end);
}
/** The names that a section of the compose file sets itself, without names merged from another section. */
const environmentOf = (part: string): string[] =>
  below("environment", below(part, COMPOSE.split("\n"))).flatMap((line) => /^ +([A-Z][A-Z_]+):/.exec(line)?.[1] ?? []);

test("the README's table has every setting of API and worker exactly once, and no other", () => {
  const names = rows.flatMap((row) => row.names);
  expect(names.sort()).toEqual([...new Set([...settingNames("api"), ...settingNames("worker")])].sort());
});

test("the README's defaults match the code", () => {
  const defaults: Record<string, unknown> = { ...parseSettings("worker", REQUIRED), ...parseSettings("api", REQUIRED) };
  const told = rows
    .flatMap(({ names, defaults }) => names.map((name, n): [string, string | undefined] => [name, defaults[n]]))
    .filter(([name]) => defaults[name] !== undefined && defaults[name] !== "" && !(name in REQUIRED));
  expect(told.length).toBeGreaterThan(10);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(told.map(([name]) => [name, String(defaults[name])])));
});

test.each(["api", "worker"] as const)("the compose file passes every setting on to the %s", (kind) => {
  const names = [...environmentOf("x-ringfence"), ...environmentOf(kind)];
  const missing = settingNames(kind).filter((name) => name !== OF_TESTS && !names.includes(name));
  expect(missing).toEqual([]);
  const known = new Set([...settingNames("api"), ...settingNames("worker")]);
  expect(names.filter((name) => !known.has(name))).toEqual([]);
});
