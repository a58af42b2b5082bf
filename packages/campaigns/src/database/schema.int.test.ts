import { readFile } from "node:fs/promises";
import { BatchView, CallView } from "@ringfence/domain";
import { dumpSchema } from "@ringfence/testkit";
import { useBed } from "../testing/use-bed.ts";

const bed = useBed();

test("prisma/schema.sql shows the result of the migrations; `npm run schema` rewrites it", async () => {
  const committed = await readFile(new URL("../../../../prisma/schema.sql", import.meta.url), "utf8");
  expect(await dumpSchema(bed.databaseUrl)).toBe(committed);
});

test("the dump refuses a database with a kind of object that it cannot show", async () => {
  await bed.sql("CREATE DOMAIN e164 AS text");
  await expect(dumpSchema(bed.databaseUrl)).rejects.toThrow("cannot show: type e164");
  await bed.sql("DROP DOMAIN e164");
});

test.each([
  ["call_view", CallView, ["turn"]],
  ["batch_view", BatchView, []],
])("%s has the fields of the contract", async (view, contract, besides) => {
  const columns = await bed.sql<{ name: string }>(
    "SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0",
    [view],
  );
  expect(columns.map(({ name }) => name).sort()).toEqual([...Object.keys(contract.shape), ...besides].sort());
});
