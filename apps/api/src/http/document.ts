import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from "@asteasolutions/zod-to-openapi";
import {
  EVENT_BODIES,
  EVENT_TYPES,
  type EventType,
  ProblemBody,
  type ProblemCode,
  statusOf,
  titleOf,
} from "@ringfence/domain";
import { z } from "zod";
import { OPERATIONS } from "../operations/all-operations.ts";
import { type Operation, TAGS } from "./operation.ts";

const DESCRIPTION = `Outbound-calling campaigns through Retell AI, with a stop that holds.

Send \`Authorization: Bearer KEY\`. JSON is in snake_case, times are ISO 8601 in UTC, unknown fields are refused. Lists are
paginated: send \`next_cursor\` as \`cursor\` until it is null. Errors are \`application/problem+json\` (RFC 9457); programs read
\`code\`. After a 503 the request may be repeated: either nothing was done, or repeating it is safe.

The headers \`RateLimit\` and \`RateLimit-Policy\` carry the rate limit of a key; requests beyond it are 429 with
\`Retry-After\`. Stops are never rate-limited. After ten wrong keys within a minute from one address, further wrong
keys are 429 too; a right key is always served.`;

/** The header of requests that may be repeated. */
const ONCE = z.object({
  "Idempotency-Key": z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .optional()
    .meta({
      description:
        "The same key with the same body within 24 hours gets the same answer, byte for byte, and has no further effect; a second " +
        "request sent while the first is under way waits for its answer. Ignored for text/csv and application/x-ndjson.",
      example: "5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11",
    }),
});
const REPLAYED = z.object({
  "Idempotency-Replayed": z.literal("true").optional().meta({ description: "This request was answered before" }),
});

/** Marks stops, which a client may repeat as they are. */
const IS_STOP = "x-stop";

/** OpenAPI 3.1 of all of /v1, from the schemas that read the requests and shape the answers; `basePath` is the proxy's path. */
export function openApiDocument(basePath = "") {
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
    description: "A browser that has signed in; writes are accepted only from the dashboard's own pages",
  });
  for (const operation of OPERATIONS) registry.registerPath(toPath(operation));
  for (const type of EVENT_TYPES) registry.registerWebhook(toWebhook(type));
  const document = new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: "3.1.1",
    info: {
      title: "Ringfence",
      version: "1",
      description: DESCRIPTION,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: basePath || "/", description: "The address that this document came from" }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
  });
  return { ...document, components: { ...document.components, parameters: undefined } };
}

export type OpenApiDocument = ReturnType<typeof openApiDocument>;

const EVENT_WORDS: Record<EventType, string> = {
  "batch.completed": "The last call of a batch has ended; a cancelled batch is not completed",
  "batch.cancelled": "A batch was cancelled: its receipt. Its cancelled calls have no events of their own",
  "campaign.stopped": "All batches of a campaign were cancelled and it was paused: the receipt over all of them",
  "call.completed": "A call reached a person or a machine",
  "call.failed": "A call failed, but was not cancelled. A later report from Retell may correct it to completed",
};

/** A webhook request that we send to a client. */
const toWebhook = (type: EventType): Parameters<OpenAPIRegistry["registerWebhook"]>[0] => ({
  method: "post",
  path: type,
  operationId: `on ${type}`.replace(/[ .](\w)/g, (_, letter: string) => letter.toUpperCase()),
  tags: ["Webhooks"],
  summary: EVENT_WORDS[type],
  description:
    "Signed as in Standard Webhooks. Sent again, with the same `webhook-id`, until it is answered with a 2xx, for 24 hours; " +
    "events of one call are sent in the order in which they happened, those of a batch or campaign itself after the earlier ones of its calls. Redirects are not followed.",
  security: [],
  request: {
    headers: z.object({
      "webhook-id": z.guid().meta({ description: "The id of the event, the same on each attempt" }),
      "webhook-timestamp": z.string().meta({ description: "The time of the attempt, in seconds since 1970" }),
      "webhook-signature": z.string().meta({ description: "`v1,` and the HMAC-SHA256 in base64" }),
    }),
    body: { required: true, content: { "application/json": { schema: EVENT_BODIES[type] } } },
  },
  responses: {
    "2XX": { description: "Taken" },
    "4XX": { description: "Not accepted; the event is sent again later" },
  },
});

/** The path of an operation as the documentation has it. */
export const documentedPath = ({ path }: Operation): string => `/v1${path.replace(":id", "{id}")}`;

function toPath(operation: Operation): RouteConfig {
  const { method, path, id, tag, summary, description, needs, query, body, stream, answer } = operation;
  const hasId = path.includes(":id");
  const role =
    needs === null ? "No key is needed." : `Needs a key of role ${needs}${needs === "admin" ? "" : " or above"}.`;
  return {
    method,
    path: documentedPath(operation),
    operationId: id,
    ...(operation.stop && { [IS_STOP]: true }),
    tags: [tag],
    summary,
    description: [description, role].filter(Boolean).join("\n\n"),
    security: needs === null ? [] : [{ key: [] }, { session: [] }],
    request: {
      ...(hasId && { params: z.object({ id: z.guid() }) }),
      ...(query && { query }),
      ...(operation.once && { headers: ONCE }),
      ...(body && {
        body: {
          required: body.isOptional !== true,
          content: {
            "application/json": { schema: body.schema, ...(body.example && { example: body.example }) },
            ...(stream && {
              "application/x-ndjson": { schema: z.string().meta({ description: stream.ndjson }) },
              "text/csv": { schema: z.string().meta({ description: stream.csv }) },
            }),
          },
        },
      }),
    },
    responses: {
      [answer.status]: {
        description: answer.description,
        ...(operation.once && { headers: REPLAYED }),
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

/** The text of 429 for requests without another limit. */
const TOO_MANY_WRONG_KEYS = "Too many wrong keys came from this address";

function problemResponses({
  method,
  path,
  needs,
  body,
  once,
  stop,
  problems = [],
}: Operation): RouteConfig["responses"] {
  const codes = new Set<ProblemCode>(["invalid_request", "internal", "unavailable", ...problems]);
  if (needs !== null) codes.add("unauthenticated").add("forbidden");
  if (needs === "viewer" && method === "get") codes.delete("forbidden");
  if (path.includes(":id")) codes.add("not_found");
  if (needs !== null) codes.add("rate_limited");
  if (once) codes.add("idempotency_mismatch");
  if (body) codes.add("too_large").add("unsupported_media_type");
  const isGuess = (code: ProblemCode) => code === "rate_limited" && (stop === true || needs === null);
  const statuses = [...new Set([...codes].map(statusOf))].sort();
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: [...codes]
          .filter((code) => statusOf(code) === status)
          .map((code) => `\`${code}\`: ${isGuess(code) ? TOO_MANY_WRONG_KEYS : titleOf(code)}`)
          .join("; "),
        content: { "application/problem+json": { schema: ProblemBody } },
      },
    ]),
  );
}
