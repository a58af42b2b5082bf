import { RingfenceError, RingfenceUnreachable } from "@ringfence/client";
import { CommanderError } from "commander";
import { isAway } from "./away.ts";
import { usage } from "./exit-codes.ts";
import { failureOf } from "./failures.ts";

const FAULTS = [{ path: "name", message: "Must not be empty" }];

test.each<[string, Error, number, string]>([
  ["refused", new RingfenceError(409, "nothing_to_launch", "x"), 1, "nothing_to_launch"],
  ["failed inside", new RingfenceError(500, "internal", "x"), 1, "internal"],
  ["too often", new RingfenceError(429, "rate_limited", "x", [], 60_000), 1, "rate_limited"],
  ["unknown key", new RingfenceError(401, "unauthenticated", "x"), 4, "unauthenticated"],
  ["forbidden", new RingfenceError(403, "forbidden", "x"), 4, "forbidden"],
  ["PostgreSQL away", new RingfenceError(503, "unavailable", "x"), 3, "unavailable"],
  ["a proxy without its API", new RingfenceError(502, null, "x"), 3, "no_problem"],
  ["an unreachable API", new RingfenceUnreachable("http://x", new Error("ECONNREFUSED")), 3, "unreachable"],
  ["usage", usage("x"), 2, "usage"],
  ["commander's", new CommanderError(1, "commander.unknownOption", "error: x"), 2, "usage"],
  ["any other", new Error("x"), 1, "failed"],
])("%s", (_what, error, exitCode, code) => {
  const failure = failureOf(error);
  expect(failure.exitCode).toBe(exitCode);
  expect(failure.json).toMatchObject({ code, exit_code: exitCode });
  expect(isAway(error)).toBe(exitCode === 3);
});

test.each<[string, RingfenceError]>([
  ["a wrong key", new RingfenceError(401, "unauthenticated", "Send the header", [], null, null, true)],
  ["one wrong key too many", new RingfenceError(429, "rate_limited", "Wait", [], 60_000, null, true)],
  ["a key of too low a role", new RingfenceError(403, "forbidden", "This needs a key of role admin")],
])("%s is reported with the two places that a key comes from", (_what, error) => {
  const { exitCode, lines, json } = failureOf(error);
  expect(exitCode).toBe(4);
  for (const text of [lines[0], json.detail]) expect(text).toMatch(/RINGFENCE_KEY .*--key-file/);
});

test("a stopped campaign is reported with the command that restarts it", () =>
  expect(failureOf(new RingfenceError(409, "campaign_paused", "Set the status")).lines[0]).toMatch(
    /ringfence activate CAMPAIGN$/,
  ));

test("a failure is reported field by field, with the time to retry", () => {
  const { lines, json } = failureOf(new RingfenceError(400, "invalid_request", "Correct it", FAULTS));
  expect(lines).toEqual(["invalid_request: Correct it", "  name: Must not be empty"]);
  expect(json).toEqual({
    code: "invalid_request",
    detail: "Correct it",
    status: 400,
    errors: FAULTS,
    exit_code: 1,
  });
  expect(failureOf(new RingfenceError(429, "rate_limited", "Wait", [], 59_001)).lines).toEqual([
    "rate_limited: Wait (again in 60 s)",
  ]);
});
