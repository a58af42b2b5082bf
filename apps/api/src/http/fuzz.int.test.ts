import fc from "fast-check";
import { OPERATIONS } from "../operations/all-operations.ts";
import type { RequestOptions } from "../testing/send-request.ts";
import { UNKNOWN_ID, useApi } from "../testing/test-api.ts";
import { documentedPath, openApiDocument } from "./document.ts";

/** Number of requests to each operation; a longer run sends more. */
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 40);
const LONGEST = 40;
const TIME_LIMIT_MS = 120_000 + REQUESTS * 2_000;

interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  anyOf?: Schema[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
}

/** Values that a schema allows, as far as the schema is specific. */
function valid(schema: Schema): fc.Arbitrary<unknown> {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(valid));
  if (types.length > 1) return fc.oneof(...types.map((type) => valid({ ...schema, type: type! })));
  switch (types[0]) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.integer({ min: schema.minimum ?? -10, max: Math.min(schema.maximum ?? 1_000, 2 ** 31 - 1) });
    case "number":
      return fc.double({ min: schema.minimum ?? -10, max: schema.maximum ?? 1_000, noNaN: true });
    case "array":
      return fc.array(valid(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: 4 });
    case "object": {
      const named = fc.record(
        Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, each]) => [name, valid(each)])),
        { requiredKeys: schema.required ?? [] },
      );
      if (typeof schema.additionalProperties !== "object") return named;
      return fc.dictionary(fc.string({ maxLength: LONGEST }), valid(schema.additionalProperties), { maxKeys: 4 });
    }
    case "string":
      if (schema.format === "uuid") return fc.uuid();
      if (schema.format === "date-time") return fc.date({ noInvalidDate: true }).map((time) => time.toISOString());
      if (schema.pattern) return fc.stringMatching(new RegExp(schema.pattern));
      return text(schema.minLength, schema.maxLength);
  }
  return fc.jsonValue();
}

const text = (minLength = 0, maxLength = LONGEST) =>
  fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, LONGEST)), unit: "binary" });

/** Mostly values that a schema allows, otherwise with a field of another type, an extra field, or an unrelated value. */
function nearly(schema: Schema): fc.Arbitrary<unknown> {
  const names = Object.keys(schema.properties ?? {});
  const other = fc
    .tuple(valid(schema), fc.jsonValue())
    .chain(([value, wrong]) =>
      fc.constantFrom(...names, "unknown_field").map((name) => ({ ...(value as object), [name]: wrong })),
    );
  return fc.oneof({ weight: 6, arbitrary: valid(schema) }, { weight: 3, arbitrary: other }, fc.jsonValue());
}

interface Described {
  parameters?: { name: string; in: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

const api = useApi();
let ids: Record<string, string>;
let sent = 0;
const statuses: Record<number, number> = {};
beforeAll(async () => {
  ids = await api.oneOfEach();
});
afterAll(() => {
  process.stderr.write(`fuzzed: ${sent} requests, ${JSON.stringify(statuses)}\n`);
});

const document = openApiDocument();

test.each(OPERATIONS.map((operation) => [operation.id, operation] as const))(
  "%s gives no 5xx and no undocumented answer, and a refused request changes nothing",
  async (_id, operation) => {
    const { id, method } = operation;
    const path = documentedPath(operation);
    const described = (document.paths as Record<string, Record<string, Described>>)[path]![method]!;
    const inQuery = described.parameters?.filter((parameter) => parameter.in === "query") ?? [];
    const query = fc.record(
      Object.fromEntries([
        ...inQuery.map(({ name, schema }) => [name, fc.oneof(valid(schema).map(String), text())]),
        ["unknown", text()],
      ]),
      { requiredKeys: [] },
    );
    const known = ids[path.split("/")[2]!];
    const pathId = fc.oneof({ weight: 5, arbitrary: fc.constant(known ?? UNKNOWN_ID) }, fc.uuid(), text(1));
    const json = described.requestBody?.content["application/json"]?.schema;
    const body: fc.Arbitrary<RequestOptions> = fc.oneof(
      {
        weight: 6,
        arbitrary: json
          ? nearly(json).map((value) => ({ raw: JSON.stringify(value), headers: JSON_TYPE }))
          : fc.constant({}),
      },
      { weight: 1, arbitrary: text().map((raw) => ({ raw, headers: JSON_TYPE })) },
      { weight: 1, arbitrary: text().map((raw) => ({ raw, headers: { "content-type": "text/csv" } })) },
      { weight: 1, arbitrary: fc.constant({}) },
    );
    const key = fc.constantFrom<Key[]>(
      "admin",
      "admin",
      "admin",
      "admin",
      "operator",
      "operator",
      "viewer",
      "wrong",
      null,
    );
    const once = fc.option(fc.stringMatching(/^[ -~]{1,20}$/), { nil: undefined });
    const mayQuery = method === "get" ? query : fc.oneof({ weight: 5, arbitrary: fc.constant({}) }, query);

    await fc.assert(
      fc.asyncProperty(pathId, mayQuery, body, key, once, async (pathId, query, body, key, once) => {
        const before = await api.everything();
        const name = id === "streamEvents" ? "HEAD" : method.toUpperCase();
        const search = new URLSearchParams(query as Record<string, string>).toString();
        const url = `${path.replace("{id}", encodeURIComponent(pathId.toWellFormed()))}${search && `?${search}`}`;
        const options = method === "get" ? {} : body;
        const headers = { ...options.headers, ...(once?.trim() && { "idempotency-key": once }) };
        const { status } = await api.request(name, url, { ...options, key, headers });
        sent++;
        statuses[status] = (statuses[status] ?? 0) + 1;
        expect(status).toBeLessThan(500);
        if (status >= 400) expect(await api.everything()).toEqual(before);
      }),
      { numRuns: REQUESTS, endOnFailure: true },
    );
  },
  TIME_LIMIT_MS,
);

type Key = NonNullable<RequestOptions["key"]> | null;

const JSON_TYPE = { "content-type": "application/json" };
