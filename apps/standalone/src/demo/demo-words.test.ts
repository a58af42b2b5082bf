import { execFileSync } from "node:child_process";
import type { Batch, Campaign } from "../api-client.ts";
import { curl, describeEnd, nextSteps } from "./demo-words.ts";

const ACCESS = { url: "http://127.0.0.1:4000", key: "demo-0123" };
const BATCH = { id: "b-1", status: "completed", completed_calls: 22, failed_calls: 8, cancelled_calls: 0 } as Batch;
const CAMPAIGN = { id: "c-1", status: "active", undialed_candidates: 0 } as Campaign;

test("a line of curl survives the shell", () => {
  const line = curl(ACCESS, "POST", "/v1/x", { include: "unreached" });
  const print = `curl() { printf '%s\\n' "$@"; }; ${line}`;
  expect(execFileSync("sh", ["-c", print], { encoding: "utf8" }).trim().split("\n")).toEqual([
    "-X",
    "POST",
    "-H",
    "Authorization: Bearer demo-0123",
    "-H",
    "Content-Type: application/json",
    "-d",
    '{"include":"unreached"}',
    "http://127.0.0.1:4000/v1/x",
  ]);
});

test.each([
  ["completed", { completed_calls: 22, failed_calls: 8 }, "22 completed, 8 failed, 0 cancelled."],
  ["cancelled", { completed_calls: 5, failed_calls: 25, cancelled_calls: 25 }, "5 completed, 0 failed, 25 cancelled."],
])("the end of a %s batch", (status, counts, figures) => {
  const times = { created_at: "2026-01-01T00:00:00.000Z", completed_at: "2026-01-01T00:01:05.500Z" };
  const batch = { ...BATCH, ...times, ...counts, status } as Batch;
  expect(describeEnd(batch)).toBe(`Batch ${status}, its last call over after 1:05: ${figures}`);
});

describe("what is worth trying", () => {
  const tried = (campaign: Partial<Campaign>) => nextSteps(ACCESS, { ...CAMPAIGN, ...campaign }, BATCH);

  test("everybody dialled: nobody is left to launch", () => {
    expect(tried({})).not.toMatch(/Restart|not dialled/);
    expect(tried({})).toContain('-d \'{"include":"unreached"}\' http://127.0.0.1:4000/v1/campaigns/c-1/launch');
    expect(tried({})).toContain("http://127.0.0.1:4000/v1/batches/b-1/calls");
  });

  test("some not dialled: the launch of the rest", () => {
    expect(tried({ undialed_candidates: 25 })).toContain("Launch the 25 who were not dialled:\ncurl -X POST");
  });

  test("a stopped campaign: first the restart", () => {
    const text = tried({ status: "paused", undialed_candidates: 25 });
    expect(text).toContain('-d \'{"status":"active"}\' http://127.0.0.1:4000/v1/campaigns/c-1\n');
    expect(text.indexOf("PATCH")).toBeLessThan(text.indexOf("/launch"));
  });
});
