import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** What the linter cannot say about the house: how full a folder may be, and who opens the doors to the outside. */
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const MOST_FILES = 25;
const SOURCE = /\.(?:ts|tsx|mjs)$/;
const OF_TESTS = /\.test\.ts$|\/(?:testing|e2e)\//;

/** Every folder with source files of ours, with the files' paths from the root. */
function folders(folder: string): string[][] {
  const entries = readdirSync(path.join(ROOT, folder), { withFileTypes: true });
  const below = entries
    .filter((entry) => entry.isDirectory() && !["node_modules", "dist", "generated"].includes(entry.name))
    .flatMap((entry) => folders(`${folder}/${entry.name}`));
  const own = entries.filter((entry) => entry.isFile() && SOURCE.test(entry.name));
  return [own.map((entry) => `${folder}/${entry.name}`), ...below];
}
const house = ["apps", "packages"].flatMap(folders);

test("no folder holds more than 25 source files of its own", () => {
  const full = house.filter((files) => files.length > MOST_FILES);
  expect(full.map((files) => `${path.dirname(files[0]!)}: ${files.length}`)).toEqual([]);
});

test("API and worker open Redis, Retell and clients' addresses in main.ts alone; other files know their types", () => {
  const openers = house
    .flat()
    .filter((file) => /^apps\/(?:api|worker)\//.test(file) && !file.endsWith("/main.ts") && !OF_TESTS.test(file))
    .filter((file) => /^import (?!type\b)[^;]* from "@ringfence\/(?:queue|retell|receivers)";$/m.test(read(file)));
  expect(openers).toEqual([]);
});

/** What the files of a package that are not for tests may import of ours; .github/CONTRIBUTING.md says the same. */
const MAY_IMPORT: Record<string, string[]> = {
  domain: [],
  runtime: [],
  embedded: [],
  simulator: [],
  client: [],
  queue: ["domain"],
  retell: ["domain"],
  receivers: ["domain"],
  intake: ["domain"],
  campaigns: ["domain", "intake", "queue", "receivers", "retell"],
  api: ["campaigns", "domain", "intake", "queue", "receivers", "retell", "runtime"],
  worker: ["campaigns", "domain", "queue", "receivers", "retell", "runtime"],
  cli: ["client", "domain", "intake"],
  dashboard: ["client", "domain", "intake"],
  standalone: ["cli", "client", "domain", "embedded", "runtime"],
  chaos: ["domain", "embedded", "queue", "runtime", "simulator", "testkit"],
  bench: ["runtime", "testkit"],
  testkit: ["embedded", "simulator"],
};

test.each(Object.entries(MAY_IMPORT))("%s imports only what it may", (name, allowed) => {
  const files = house.flat().filter((file) => file.split("/")[1] === name && !OF_TESTS.test(file));
  const imported = files.flatMap((file) =>
    [...read(file).matchAll(/from "@ringfence\/([a-z]+)/g)].map(([, of]) => of!),
  );
  expect(files).not.toEqual([]);
  expect([...new Set(imported)].filter((of) => !allowed.includes(of))).toEqual([]);
});

test("the table knows every package", () => {
  expect(Object.keys(MAY_IMPORT).sort()).toEqual([...new Set(house.flat().map((file) => file.split("/")[1]!))].sort());
});

const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");
