import type { Identity, ImportRow, Once } from "@ringfence/campaigns";
import type { ProblemCode, Role } from "@ringfence/domain";
import type { Request, RequestHandler, Response } from "express";
import { z } from "zod";
import type { Given } from "../api.ts";
import { checkRole } from "../auth/authenticate.ts";
import { type AnswerOnce, send, type ToAnswer } from "./answer-once.ts";
import { jsonReader, parseAs } from "./bodies.ts";
import { checkIds, idOf, type Thing, thingOf } from "./found.ts";
import { streamedRows } from "./imports/streamed-rows.ts";

/** The groups in which the documentation shows operations. */
export const TAGS = {
  Campaigns: "People to call, and the number to call them from.",
  Candidates: "The people of a campaign.",
  "Do not call": "Numbers that are never dialled, in whichever campaign.",
  Batches: "A launch makes one batch of calls. Stopping is done here and on campaigns.",
  Calls: "One call to one candidate.",
  Lines: "How many calls may be in progress at a time, and how fast they are dialled.",
  Retell: "What the Retell account has.",
  Keys: "Who may do what. Viewers read, operators call and stop, admins change lines and keys.",
  Webhooks: "Addresses of your programs that receive events.",
  Audit: "Who did what when.",
  Live: "Changes as they happen.",
} as const;

/** The query schema of an operation that takes no query. */
export const NO_QUERY = z.strictObject({});

/** Returned by a handler that has written its answer itself. */
export const ANSWERED = Symbol("answered");

/** What both kinds of handler receive, as parsed by the schemas of the operation. */
interface Asking<Path extends string, Needs extends Role | null, Query extends z.ZodType> {
  /** The id in the path, as the database writes it. */
  id: Path extends `${string}/:id${string}` ? string : undefined;
  query: z.output<Query>;
  /** The caller: role, and the name that goes into the audit. */
  caller: Needs extends Role ? Identity : undefined;
  by: Needs extends Role ? string : undefined;
  role: Needs extends Role ? Role : undefined;
}

/** What the handler of an operation receives. */
export interface Asked<
  Path extends string,
  Needs extends Role | null,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> extends Asking<Path, Needs, Query> {
  body: z.output<Body>;
  /** For the use case of an operation with `once`; null if the request carries no Idempotency-Key. */
  once: Once<z.output<Answer>> | null;
  /** For cookies, and for handlers that write their answer themselves. */
  req: Request;
  res: Response;
}

/** What an operation declares for the documentation and for how it is served. */
interface Description {
  method: "get" | "post" | "put" | "patch" | "delete";
  /** The name of the function in generated clients. */
  id: string;
  tag: keyof typeof TAGS;
  summary: string;
  description?: string;
  /** Never rate-limited. */
  stop?: true;
  /** Takes an Idempotency-Key. */
  once?: true;
  /** Signing in and out: served before requests are counted, and without a look at the query. */
  door?: true;
  /** Query fields that must be ids; like the id of a path, a malformed value is 404. */
  queryIds?: Readonly<Record<string, Thing>>;
  /** Problem codes in addition to those implied by the other fields: 400 for a query or body, 401, 403, 404 for an id, 413 and 415 for a body, 500, 503. */
  problems?: ProblemCode[];
}

/** How an operation answers. */
interface Answering {
  status: 200 | 201 | 204;
  description: string;
  /** The collection of the created resource; its address goes into the header `Location`. */
  location?: "campaigns" | "batches" | "keys" | "webhooks";
  /** Describes the answer as text/csv, for lists that can be exported. */
  csv?: string;
  /** Describes the answer as text/event-stream. */
  events?: string;
}

/** A JSON body. */
interface JsonBody<Schema extends z.ZodType> {
  schema: Schema;
  example?: object;
  isOptional?: true;
  /** Largest body, in bytes; 100,000 unless given. */
  largest?: number;
}

/** An operation as its file declares it. */
interface Said<
  Path extends string,
  Needs extends Role | null,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> extends Description {
  /** Below /v1, as Express has it. */
  path: Path;
  /** The least role that may call it; null means that no key is needed. */
  needs: Needs;
  /** Refuses a request, by throwing, before any other part of it is read. */
  admit?: (req: Request) => void;
  query?: Query;
  body?: JsonBody<Body>;
  /** Rows that stream in as CSV or NDJSON instead of the JSON body: how the documentation describes them, and how they are handled. */
  stream?: {
    csv: string;
    ndjson: string;
    handle(
      asked: Asking<Path, Needs, Query> & { rows: AsyncIterable<ImportRow[]> },
      given: Given,
    ): Promise<z.output<Answer>>;
  };
  answer: Answering & { schema?: Answer };
  /** Calls one use case, or reads, and returns the answer. */
  handle(asked: Asked<Path, Needs, Query, Body, Answer>, given: Given): Promise<z.output<Answer> | typeof ANSWERED>;
}

/** One operation of /v1, complete. */
export interface Operation extends Description {
  path: string;
  needs: Role | null;
  query?: z.ZodObject;
  body?: JsonBody<z.ZodType>;
  stream?: { csv: string; ndjson: string };
  answer: Answering & { schema?: z.ZodType };
  serve(given: Given, answerOnce: AnswerOnce): RequestHandler;
}

/**
 * Builds an operation from its declaration. A request is read in this order, and refused at the first step that fails:
 * role, media type and size and syntax of the body, id in the path, query, fields of the body. A body that streams in is
 * read last.
 */
export function operation<
  Path extends `/${string}`,
  Needs extends Role | null,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodNull,
  Answer extends z.ZodType = z.ZodNull,
>(said: Said<Path, Needs, Query, Body, Answer>): Operation {
  const { needs, query, body, stream, answer } = said;
  const thing = thingOf(said.path);
  const readJson = jsonReader(body?.largest);
  type View = z.output<Answer>;
  const toAnswer: ToAnswer<View> = (view) => ({
    status: answer.status,
    location: answer.location ? `/v1/${answer.location}/${(view as { id: string }).id}` : null,
    body: answer.status === 204 ? "" : JSON.stringify(view),
  });

  const serve = (given: Given, answerOnce: AnswerOnce) => async (req: Request, res: Response) => {
    if (needs !== null) checkRole(res, needs);
    said.admit?.(req);
    if (body && !stream) await readJson(req, res);
    const id = thing && idOf(req.params.id, thing);
    if (said.queryIds) checkIds(req.query, said.queryIds);
    const caller = needs === null ? undefined : res.locals;
    const asking = {
      id: id ?? undefined,
      query: query && parseAs(query, req.query),
      caller,
      by: caller?.principal.name,
      role: caller?.principal.role,
    } as Asking<Path, Needs, Query>;

    const rows = stream ? streamedRows(req) : null;
    if (stream && rows) return send(res, toAnswer(await stream.handle({ ...asking, rows }, given)));
    if (stream) await readJson(req, res);
    const asked = { ...asking, body: body && parseAs(body.schema, req.body), req, res };
    const handle = (once: Once<View> | null) =>
      said.handle({ ...asked, once } as Asked<Path, Needs, Query, Body, Answer>, given);
    if (said.once) return await answerOnce(req, res, toAnswer, handle as (once: Once<View> | null) => Promise<View>);
    const view = await handle(null);
    if (view === ANSWERED) return;
    if (answer.status === 204) res.status(204).end();
    else send(res, toAnswer(view as View));
  };

  return { ...said, serve } as unknown as Operation;
}
