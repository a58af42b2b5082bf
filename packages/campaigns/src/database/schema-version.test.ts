import { readdirSync } from "node:fs";
import { NEWEST_MIGRATION } from "./schema-version.ts";

test("this version requires the newest migration", () => {
  const names = readdirSync(new URL("../../../../prisma/migrations", import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect(names.sort().at(-1)).toBe(NEWEST_MIGRATION);
});
