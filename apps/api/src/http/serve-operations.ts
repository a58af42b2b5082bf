import { isUnavailable, NOTHING_STOPPED } from "@ringfence/campaigns";
import { NoFields, Problem } from "@ringfence/domain";
import { type ErrorRequestHandler, type Request, type RequestHandler, Router } from "express";
import type { Api, Given } from "../api.ts";
import { authenticated } from "../auth/authenticate.ts";
import { createAnswerOnce } from "./answer-once.ts";
import { parseAs } from "./bodies.ts";
import type { Operation } from "./operation.ts";

/** Serves operations below /v1. Any other request still needs a key, counts against the rate limit, and is 404. */
export function serveOperations(operations: readonly Operation[], api: Api): Router {
  const given: Given = { ...api.useCases, ...api };
  const answerOnce = createAnswerOnce();
  const routes = (some: readonly Operation[], before: (operation: Operation) => RequestHandler[]) => {
    const router = Router();
    for (const operation of some) {
      router[operation.method](operation.path, ...before(operation), operation.serve(given, answerOnce));
    }
    return router;
  };
  const isStop = matcherOf(operations.filter(({ stop }) => stop));
  const known = authenticated(api);

  const router = Router();
  router.use(
    routes(
      operations.filter(({ door }) => door),
      ({ needs }) => (needs === null ? [] : [known]),
    ),
  );
  router.use(
    known,
    (req, res, next) => (isStop(req) ? next() : api.limitRate(req, res, next)),
    refuseQueries(operations),
  );
  router.use(
    routes(
      operations.filter(({ door }) => !door),
      () => [],
    ),
  );
  router.use(((error, req, _res, next) => next(isStop(req) ? ofStop(error) : error)) as ErrorRequestHandler);
  return router;
}

/** An error of a stop: what PostgreSQL refused before the use case began, such as the look for the key, has stopped nothing. */
const ofStop = (error: unknown): unknown =>
  !(error instanceof Problem) && isUnavailable(error)
    ? new Problem("unavailable", NOTHING_STOPPED, undefined, { braked: false, cause: error })
    : error;

/** Refuses a query on writes that declare none: a field there instead of in the body would be lost silently. */
function refuseQueries(operations: readonly Operation[]): RequestHandler {
  const takesQuery = matcherOf(operations.filter(({ method, query }) => method !== "get" && query));
  return (req, _res, next) => {
    if (req.method !== "GET" && req.method !== "HEAD" && !takesQuery(req)) parseAs(NoFields, req.query);
    next();
  };
}

/** Says whether a request is for one of these operations, matched as Express matches: case-insensitively, with or without a trailing slash. */
function matcherOf(operations: readonly Operation[]): (req: Request) => boolean {
  const patterns = operations.map(({ method, path }) => ({
    method: method.toUpperCase(),
    pattern: new RegExp(`^${path.replace(":id", "[^/]+")}/?$`, "i"),
  }));
  return (req) => patterns.some(({ method, pattern }) => method === req.method && pattern.test(req.path));
}
