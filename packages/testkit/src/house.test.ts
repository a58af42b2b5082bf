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

test("only tests of the page, the command line and the client know the business", () => {
  const knowing = house
    .flat()
    .filter((file) => /^(?:apps\/(?:cli|dashboard|standalone|simulator)|packages\/client)\//.test(file))
    .filter((file) => !OF_TESTS.test(file) && /from "@ringfence\/campaigns/.test(read(file)));
  expect(knowing).toEqual([]);
});

const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");
