import { readdirSync } from "node:fs";
import { NEWEST_MIGRATION } from "./schema-version.ts";

test("the newest migration is the one that this version asks for", () => {
  const names = readdirSync(new URL("../../../../prisma/migrations", import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect(names.sort().at(-1)).toBe(NEWEST_MIGRATION);
});
