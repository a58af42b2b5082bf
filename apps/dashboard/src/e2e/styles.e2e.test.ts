import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const ASSETS = new URL("../../dist/assets/", import.meta.url);
const ALL_STYLES = createRequire(import.meta.url).resolve("@mantine/core/styles.css");
/** Mantine names the classes of each component by a hash. */
const CLASS = /\bm_[0-9a-f]{6,}\b/g;

const classesIn = (text: string) => new Set(text.match(CLASS));
const built = (ending: string) =>
  readdirSync(fileURLToPath(ASSETS))
    .filter((file) => file.endsWith(ending))
    .map((file) => readFileSync(new URL(file, ASSETS), "utf8"))
    .join("\n");

test("every component of Mantine's that the built pages hold has its styles", () => {
  const styled = classesIn(readFileSync(ALL_STYLES, "utf8"));
  const used = [...classesIn(built(".js"))].filter((name) => styled.has(name));
  const shipped = classesIn(built(".css"));
  expect(used.length).toBeGreaterThan(100);
  expect(used.filter((name) => !shipped.has(name))).toEqual([]);
});
