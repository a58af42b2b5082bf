import { execFileSync } from "node:child_process";
import type { Schemas } from "@ringfence/client";
import { curl, nextSteps } from "./demo-words.ts";

const ACCESS = { url: "http://127.0.0.1:4000", key: "demo-0123" };
const CAMPAIGN = { id: "c-1", status: "active", undialed_candidates: 0 } as Schemas["Campaign"];

test("a line of curl passes through the shell unchanged", () => {
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

describe("the suggestions of what to try next", () => {
  const tried = (campaign: Partial<typeof CAMPAIGN>) => nextSteps(ACCESS, { ...CAMPAIGN, ...campaign }, "b-1");

  test("they have no launch if everybody was dialled", () => {
    expect(tried({})).not.toMatch(/Restart|not dialled/);
    expect(tried({})).toContain('-d \'{"include":"unreached"}\' http://127.0.0.1:4000/v1/campaigns/c-1/launch');
    expect(tried({})).toContain("http://127.0.0.1:4000/v1/batches/b-1/calls");
  });

  test("they have the launch of the candidates who were not dialled", () => {
    expect(tried({ undialed_candidates: 25 })).toContain("Launch the 25 who were not dialled:\ncurl -X POST");
  });

  test("they begin with the restart of a stopped campaign", () => {
    const text = tried({ status: "paused", undialed_candidates: 25 });
    expect(text).toContain('-d \'{"status":"active"}\' http://127.0.0.1:4000/v1/campaigns/c-1\n');
    expect(text.indexOf("PATCH")).toBeLessThan(text.indexOf("/launch"));
  });
});
