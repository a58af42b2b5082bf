import { z } from "zod";
import { CreateCampaign } from "./campaigns.ts";
import { ImportCandidates } from "./candidates.ts";
import { invalidRequest, notFound, Problem, type ProblemCode } from "./problem.ts";

const faults = (schema: z.ZodType, body: unknown) => {
  const parsed = schema.safeParse(body);
  if (parsed.success) throw new Error("it fits");
  return invalidRequest(parsed.error);
};
const paths = (problem: Problem) => problem.errors?.map((fault) => fault.path);

test.each<[ProblemCode, number]>([
  ["invalid_request", 400],
  ["unauthenticated", 401],
  ["forbidden", 403],
  ["not_found", 404],
  ["campaign_paused", 409],
  ["campaign_archived", 409],
  ["campaign_busy", 409],
  ["campaign_has_calls", 409],
  ["nothing_to_launch", 409],
  ["batch_completed", 409],
  ["unknown_number", 422],
  ["unknown_agent", 422],
  ["too_large", 413],
  ["unsupported_media_type", 415],
  ["rate_limited", 429],
  ["internal", 500],
  ["unavailable", 503],
])("the problem %s has the status %d", (code, status) => {
  const problem = new Problem(code, "Do this");
  expect(problem.body).toEqual({
    type: `urn:ringfence:problem:${code}`,
    title: expect.stringMatching(/^[A-Z]/),
    status,
    detail: "Do this",
    code,
  });
  expect(problem).toMatchObject({ name: "Problem", status, message: "Do this" });
});

test("every unknown field is named and distinguished from a wrong field", () => {
  const problem = faults(CreateCampaign, { nam: "A", from_number: "+14155550100", agent: 1 });
  expect(problem.body.errors).toEqual(
    expect.arrayContaining([
      { path: "name", message: expect.any(String) },
      { path: "nam", message: expect.stringContaining("not known") },
      { path: "agent", message: expect.stringContaining("not known") },
    ]),
  );
  expect(problem.errors).toHaveLength(3);
  expect(problem.message).toMatch(/^Correct and send again: /);
});

test("a field deep inside is named as the client wrote it", () => {
  const candidates = [
    { phone_number: "+14155550100" },
    { phone_number: 14155550101 },
    { phone_number: "+14155550102", dynamic_variables: { first: { name: "Ana" } } },
    { phone_number: "+14155550103", fone: "x" },
  ];
  expect(paths(faults(ImportCandidates, { candidates }))).toEqual([
    "candidates.1.phone_number",
    "candidates.2.dynamic_variables.first",
    "candidates.3.fone",
  ]);
});

test.each([["text"], [7], [[]], [true]])("a body that is no object, %j, is named as a whole", (body) => {
  const problem = faults(CreateCampaign, body);
  expect(paths(problem)).toEqual(["body"]);
  expect(problem.message).toContain("the body");
});

test("the sentence names at most five fields and each once, the list names all", () => {
  const body = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`unknown_${n}`, n]));
  const problem = faults(z.strictObject({}), body);
  expect(problem.errors).toHaveLength(30);
  expect(problem.message.split(", ")).toHaveLength(5);
  const twice = faults(z.object({ a: z.string().min(3).regex(/^x/) }), { a: "y" });
  expect(twice.errors).toHaveLength(2);
  expect(twice.message).toBe("Correct and send again: a");
});

test("at most a thousand faults are named", () => {
  const problem = faults(
    z.array(z.string()),
    Array.from({ length: 3_000 }, () => 7),
  );
  expect(problem.errors).toHaveLength(1_000);
  expect(problem.errors?.at(-1)).toMatchObject({ path: "999" });
});

test("a not-found problem names what does not exist", () =>
  expect(notFound("batch").body).toMatchObject({
    status: 404,
    code: "not_found",
    detail: "There is no batch with this id",
  }));
