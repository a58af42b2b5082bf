import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from "@asteasolutions/zod-to-openapi";
import { ProblemBody, type ProblemCode, statusOf, titleOf } from "@ringfence/domain";
import { z } from "zod";
import { administrationOperations } from "./administration.ts";
import { batchOperations } from "./batches.ts";
import { campaignOperations } from "./campaigns.ts";
import { candidateOperations } from "./candidates.ts";
import { type Operation, TAGS } from "./operation.ts";

/** Every request of /v1. */
export const OPERATIONS: readonly Operation[] = [
  ...campaignOperations,
  ...candidateOperations,
  ...batchOperations,
  ...administrationOperations,
];

const DESCRIPTION = `Outbound-calling campaigns through Retell AI, with a stop that holds.

Send \`Authorization: Bearer KEY\`. JSON is in snake_case, times are ISO 8601 in UTC, unknown fields are refused. Lists come
in pages: send \`next_cursor\` as \`cursor\` until it is null. Errors are \`application/problem+json\` (RFC 9457); \`code\` is the
word for programs. A 503 says that nothing was done, or that it may be repeated.

How often a key may ask is in the headers \`RateLimit\` and \`RateLimit-Policy\`; beyond it requests are 429 with
\`Retry-After\`. Stops are never refused for it.`;

/** Of requests that may be repeated. */
const ONCE = z.object({
  "Idempotency-Key": z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .optional()
    .meta({
      description:
        "The same key with the same body within 24 hours gets the same answer, byte for byte, and does nothing; a second " +
        "request that comes while the first is under way waits for it. Ignored for text/csv and application/x-ndjson.",
      example: "5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11",
    }),
});
const REPLAYED = z.object({
  "Idempotency-Replayed": z.literal("true").optional().meta({ description: "This request was answered before" }),
});

/** OpenAPI 3.1 of all of /v1, from the schemas that read the requests and shape the answers. */
export function openApiDocument() {
  const registry = new OpenAPIRegistry();
  registry.registerComponent("securitySchemes", "key", {
    type: "http",
    scheme: "bearer",
    description: "An API key, or the admin key of the environment",
  });
  registry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: "ringfence_session",
    description:
      "A browser that has signed in; whatever changes something is taken from the dashboard's own pages alone",
  });
  for (const operation of OPERATIONS) registry.registerPath(toPath(operation));
  const document = new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: "3.1.1",
    info: {
      title: "Ringfence",
      version: "1",
      description: DESCRIPTION,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/", description: "The address that this document came from" }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
  });
  const { webhooks: _, ...rest } = document;
  return { ...rest, components: { ...rest.components, parameters: undefined } };
}

export type OpenApiDocument = ReturnType<typeof openApiDocument>;

function toPath(operation: Operation): RouteConfig {
  const { method, path, id, tag, summary, description, needs, query, body, answer } = operation;
  const hasId = path.includes("{id}");
  const role =
    needs === null ? "No key is needed." : `Needs a key of role ${needs}${needs === "admin" ? "" : " or above"}.`;
  return {
    method,
    path,
    operationId: id,
    tags: [tag],
    summary,
    description: [description, role].filter(Boolean).join("\n\n"),
    security: needs === null ? [] : [{ key: [] }, { session: [] }],
    request: {
      ...(hasId && { params: z.object({ id: z.guid() }) }),
      ...(query && { query }),
      ...(operation.isOnce && { headers: ONCE }),
      ...(body && {
        body: {
          required: body.isOptional !== true,
          content: {
            "application/json": { schema: body.schema, ...(body.example && { example: body.example }) },
            ...(body.ndjson && {
              "application/x-ndjson": { schema: z.string().meta({ description: body.ndjson }) },
            }),
            ...(body.csv && { "text/csv": { schema: z.string().meta({ description: body.csv }) } }),
          },
        },
      }),
    },
    responses: {
      [answer.status]: {
        description: answer.description,
        ...(operation.isOnce && { headers: REPLAYED }),
        ...(answer.status !== 204 && {
          content: {
            ...(answer.schema && { "application/json": { schema: answer.schema } }),
            ...(answer.csv && { "text/csv": { schema: z.string().meta({ description: answer.csv }) } }),
            ...(answer.events && { "text/event-stream": { schema: z.string().meta({ description: answer.events }) } }),
          },
        }),
      },
      ...problemResponses(operation),
    },
  };
}

function problemResponses({
  method,
  path,
  needs,
  body,
  isOnce,
  isStop,
  problems = [],
}: Operation): RouteConfig["responses"] {
  const codes = new Set<ProblemCode>(["invalid_request", "internal", "unavailable", ...problems]);
  if (needs !== null) codes.add("unauthenticated").add("forbidden");
  if (needs === "viewer" && method === "get") codes.delete("forbidden");
  if (path.includes("{id}")) codes.add("not_found");
  if (needs !== null && !isStop) codes.add("rate_limited");
  if (isOnce) codes.add("idempotency_mismatch");
  if (body) codes.add("too_large").add("unsupported_media_type");
  const statuses = [...new Set([...codes].map(statusOf))].sort();
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: [...codes]
          .filter((code) => statusOf(code) === status)
          .map((code) => `\`${code}\`: ${titleOf(code)}`)
          .join("; "),
        content: { "application/problem+json": { schema: ProblemBody } },
      },
    ]),
  );
}
