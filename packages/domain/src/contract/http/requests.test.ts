import type { z } from "zod";
import { BatchesQuery } from "./batches.ts";
import { CallsQuery } from "./calls.ts";
import { CreateCampaign, UpdateCampaign } from "./campaigns.ts";
import { CandidateInput, ImportCandidates } from "./candidates.ts";
import { MOST_CANDIDATES } from "./imports.ts";
import { LaunchCalls } from "./launches.ts";
import { UpdateLines } from "./lines.ts";
import { NoFields, PageQuery } from "./pages.ts";
import { StopRequest } from "./stops.ts";

const number = "+14155550100";
const campaign = { name: "A", from_number: number };
const id = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
const long = (length: number) => "x".repeat(length);

test.each<[string, z.ZodType, unknown, unknown]>([
  ["a campaign", CreateCampaign, { ...campaign, agent_id: "agent_1" }, { ...campaign, agent_id: "agent_1" }],
  ["a trimmed campaign", CreateCampaign, { name: " A\n", from_number: ` ${number} ` }, campaign],
  ["the longest name", CreateCampaign, { ...campaign, name: long(200) }, { ...campaign, name: long(200) }],
  ["a caller number as people write it", UpdateCampaign, { from_number: "(415) 555" }, { from_number: "(415) 555" }],
  ["no change", UpdateCampaign, undefined, {}],
  ["no agent any more", UpdateCampaign, { agent_id: null }, { agent_id: null }],
  ["a restart", UpdateCampaign, { status: "active" }, { status: "active" }],
  ["a launch without a body", LaunchCalls, undefined, { include: "undialed" }],
  ["a launch with null", LaunchCalls, null, { include: "undialed" }],
  ["a launch of some", LaunchCalls, { include: "unreached", limit: 1 }, { include: "unreached", limit: 1 }],
  ["a stop without a body", StopRequest, undefined, { mode: "drain" }],
  ["a stop that hangs up", StopRequest, { mode: "hangup" }, { mode: "hangup" }],
  ["lines", UpdateLines, { limit: 10_000, calls_per_second: 0 }, { limit: 10_000, calls_per_second: 0 }],
  ["the slowest pace", UpdateLines, { calls_per_second: 0.001 }, { calls_per_second: 0.001 }],
  ["a name with an emoji", CreateCampaign, { ...campaign, name: "Ána 🙂" }, { ...campaign, name: "Ána 🙂" }],
  ["a pace", UpdateLines, { calls_per_second: 0.25 }, { calls_per_second: 0.25 }],
  ["nothing", NoFields, undefined, {}],
  ["a page", PageQuery, {}, { limit: 50 }],
  ["a page of one", PageQuery, { limit: "1", cursor: "abc" }, { limit: 1, cursor: "abc" }],
  [
    "batches",
    BatchesQuery,
    { campaign_id: id, status: "cancelled" },
    { limit: 50, campaign_id: id, status: "cancelled" },
  ],
  ["calls", CallsQuery, { status: "pending", limit: "1000" }, { limit: 1_000, status: "pending", sort: "turn" }],
  [
    "a candidate",
    CandidateInput,
    { phone_number: "any text", name: null, dynamic_variables: { a: "1", b: 2, c: false } },
    { phone_number: "any text", name: null, dynamic_variables: { a: "1", b: 2, c: false } },
  ],
])("%s fits its schema", (_, schema, body, parsed) => expect(schema.parse(body)).toEqual(parsed));

test.each<[string, z.ZodType, unknown, string]>([
  ["no name", CreateCampaign, { from_number: number }, "name"],
  ["a name of blanks", CreateCampaign, { ...campaign, name: " \t" }, "name"],
  ["too long a name", CreateCampaign, { ...campaign, name: long(201) }, "name"],
  ["a name that is a number", CreateCampaign, { ...campaign, name: 7 }, "name"],
  ["a caller number of blanks", CreateCampaign, { ...campaign, from_number: " " }, "from_number"],
  ["too long a caller number", UpdateCampaign, { from_number: long(201) }, "from_number"],
  ["a caller number that is none", UpdateCampaign, { from_number: 14155550100 }, "from_number"],
  ["a name with a NUL", CreateCampaign, { ...campaign, name: "A\0B" }, "name"],
  ["a name with half an emoji", CreateCampaign, { ...campaign, name: "A\ud83d" }, "name"],
  ["an empty agent", CreateCampaign, { ...campaign, agent_id: "" }, "agent_id"],
  ["a status at creation", CreateCampaign, { ...campaign, status: "active" }, ""],
  ["a pause by PATCH", UpdateCampaign, { status: "paused" }, "status"],
  ["no name by PATCH", UpdateCampaign, { name: null }, "name"],
  ["an unknown group", LaunchCalls, { include: "all" }, "include"],
  ["a launch of none", LaunchCalls, { limit: 0 }, "limit"],
  ["a launch of half a one", LaunchCalls, { limit: 1.5 }, "limit"],
  ["a launch of too many", LaunchCalls, { limit: 2_000_001 }, "limit"],
  ["a launch of text", LaunchCalls, { limit: "5" }, "limit"],
  ["an unknown way to stop", StopRequest, { mode: "now" }, "mode"],
  ["a misspelt mode", StopRequest, { mod: "hangup" }, ""],
  ["lines of nothing", UpdateLines, {}, "limit"],
  ["no line", UpdateLines, { limit: 0 }, "limit"],
  ["too many lines", UpdateLines, { limit: 10_001 }, "limit"],
  ["a negative pace", UpdateLines, { calls_per_second: -0.1 }, "calls_per_second"],
  ["a pace of less than one dial in 1,000 s", UpdateLines, { calls_per_second: 0.0009 }, "calls_per_second"],
  ["a pace without end", UpdateLines, { calls_per_second: Number.POSITIVE_INFINITY }, "calls_per_second"],
  ["a pace that is no number", UpdateLines, { calls_per_second: Number.NaN }, "calls_per_second"],
  ["a field too many", NoFields, { x: 1 }, ""],
  ["a page of none", PageQuery, { limit: "0" }, "limit"],
  ["too large a page", PageQuery, { limit: "1001" }, "limit"],
  ["a page of text", PageQuery, { limit: "ten" }, "limit"],
  ["half a page", PageQuery, { limit: "1.5" }, "limit"],
  ["two limits", PageQuery, { limit: ["1", "2"] }, "limit"],
  ["too long a cursor", PageQuery, { cursor: long(501) }, "cursor"],
  ["a malformed id", BatchesQuery, { campaign_id: "7" }, "campaign_id"],
  ["an unknown status", CallsQuery, { status: "done" }, "status"],
  ["no candidate", ImportCandidates, { candidates: [] }, "candidates"],
  ["no list", ImportCandidates, undefined, "candidates"],
  [
    "a variable that is a list",
    CandidateInput,
    { phone_number: number, dynamic_variables: { a: [1] } },
    "dynamic_variables.a",
  ],
  [
    "a variable that is nothing",
    CandidateInput,
    { phone_number: number, dynamic_variables: { a: null } },
    "dynamic_variables.a",
  ],
  [
    "a variable with a NUL",
    CandidateInput,
    { phone_number: number, dynamic_variables: { a: "b\0" } },
    "dynamic_variables.a",
  ],
  ["a candidate's name with half an emoji", CandidateInput, { phone_number: number, name: "A\ud83d" }, "name"],
  ["a number that is a number", CandidateInput, { phone_number: 14155550100 }, "phone_number"],
])("%s does not fit its schema", (_, schema, body, path) => {
  const parsed = schema.safeParse(body);
  expect(parsed.success).toBe(false);
  expect(parsed.error?.issues.map((issue) => issue.path.join("."))).toEqual([path]);
});

test("a request with too many candidates gets one fault, their number, whatever they contain", () => {
  const parsed = ImportCandidates.safeParse({ candidates: Array.from({ length: MOST_CANDIDATES + 1 }, () => 7) });
  expect(parsed.error?.issues).toMatchObject([{ path: ["candidates"] }]);
});

test("a request may hold at most ten thousand candidates", () => {
  const candidates = Array.from({ length: MOST_CANDIDATES }, () => ({ phone_number: number }));
  expect(MOST_CANDIDATES).toBe(10_000);
  expect(ImportCandidates.safeParse({ candidates }).success).toBe(true);
  expect(ImportCandidates.safeParse({ candidates: [...candidates, ...candidates.slice(0, 1)] }).success).toBe(false);
});
