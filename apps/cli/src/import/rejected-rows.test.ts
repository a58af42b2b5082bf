import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRejectedRows } from "./rejected-rows.ts";

test("a thousand rejected rows are named, all are counted and written to the file, values up to 16 MB", async () => {
  const rows = Array.from({ length: 1_500 }, (_, n) => ({
    row: n + 1,
    line: n + 2,
    phone_number: "none",
    reason: "Is not a phone number",
    values: ["none", n < 600 ? "x".repeat(40_000) : ""],
  }));
  const folder = await mkdtemp(join(tmpdir(), "ringfence-cli-"));
  const rejected = await createRejectedRows({
    columns: ["phone_number", "name"],
    separator: ",",
    cells: (values) => values as string[],
  });
  try {
    for (let at = 0; at < rows.length; at += 100) await rejected.add(rows.slice(at, at + 100));
    const report = rejected.report();
    expect([report.rejected_count, report.rejected.length]).toEqual([1_500, 1_000]);
    expect(report.rejected[0]).toEqual(rows[0]);
    expect(report.rejected.at(-1)).toEqual({ row: 1_000, line: 1_001, phone_number: "none", reason: rows[0]!.reason });
    expect(report.values_left_out).toBe(report.rejected.filter(({ values }) => values === undefined).length);
    await rejected.writeTo(join(folder, "rejected.csv"));
    const lines = (await readFile(join(folder, "rejected.csv"), "utf8")).split("\r\n");
    expect(lines).toHaveLength(1 + 1_500 + 1);
    expect(lines[600]).toContain("x".repeat(40_000));
  } finally {
    await rejected.close();
    await rm(folder, { recursive: true });
  }
});
