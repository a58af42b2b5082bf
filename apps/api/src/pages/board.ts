import { mayActAs, Problem } from "@ringfence/domain";
import type { CallsQueue } from "@ringfence/queue";
import { type Express, type RequestHandler, Router } from "express";
import type { Api } from "../api.ts";
import { authenticated, checkRole } from "../auth/authenticate.ts";

const PATH = "/queues";
/** Actions forbidden even to an admin: each would hold the queue back, or empty it while workers use it. */
const FORBIDDEN = /\/(obliterate|pause|concurrency|rate-limit)$/;

type Queue = CallsQueue["queue"];

/** Bull Board: read-only for operators; for admins without obliterate, pause and limits. Nothing in it can dial a settled call: the claim asks the row. */
export function boardRoutes(api: Api): Router {
  const { queue, basePath } = api;
  const router = Router();
  const boards = { operator: latest(boardOf(true, basePath)), admin: latest(boardOf(false, basePath)) };

  router.use(PATH, authenticated(api, leadToSignIn), async (req, res, next) => {
    checkRole(res, "operator");
    // Without this check BullMQ would wait for Redis for ever.
    if (req.path.startsWith("/api/")) await queue.ping().catch(redisIsAway);
    const admin = mayActAs(res.locals.principal.role, "admin");
    const board = await (admin ? boards.admin : boards.operator)(queue.queue);
    board(req, res, next);
  });
  return router;
}

/** A person is redirected to the sign-in and from there back here; a program is refused. */
const leadToSignIn: RequestHandler = (req, res, next) => {
  if (req.method !== "GET" || req.accepts(["json", "html"]) !== "html") return next();
  res.redirect(`/login?next=${encodeURIComponent(req.originalUrl)}`);
};

const redisIsAway = (): never => {
  throw new Problem("unavailable", "Redis is away, so the queue cannot be shown; stops work without it");
};

/** Creates a board once for each queue, so that a reopened queue gets a new board. */
function latest(make: (queue: Queue) => Promise<Express>): (queue: Queue) => Promise<Express> {
  let made: { queue: Queue; board: Promise<Express> } | undefined;
  return (queue) => {
    if (made?.queue !== queue) made = { queue, board: make(queue) };
    return made.board;
  };
}

/** BullMQ throws its refusals as plain errors, with a numeric code or none. */
const isRefusal = (error: Error & { code?: unknown }): boolean =>
  error.name === "Error" && typeof error.code !== "string" && !("type" in error);

/** The page of a job's call. */
const toCall =
  (basePath: string) =>
  ({ data }: { data?: Partial<Record<string, unknown>> | undefined }) => ({
    displayText: "Call",
    href: `${basePath}/batches/${data?.batchId}?call=${data?.callId}`,
  });

/** Bull Board brings a BullMQ and an Express of its own, a quarter of the API's start: they are loaded when a board is first opened. */
const loadBullBoard = async () => ({
  ...(await import("@bull-board/api")),
  ...(await import("@bull-board/api/bullMQAdapter")),
  ...(await import("@bull-board/express")),
});

const boardOf =
  (readOnlyMode: boolean, basePath: string) =>
  async (queue: Queue): Promise<Express> => {
    const { createBullBoard, BullMQAdapter, ExpressAdapter } = await loadBullBoard();
    const adapter = new ExpressAdapter();
    adapter.setBasePath(basePath + PATH);
    createBullBoard({
      queues: [new BullMQAdapter(queue, { readOnlyMode, externalJobUrl: toCall(basePath) })],
      serverAdapter: adapter,
      options: {
        uiConfig: { boardTitle: "Ringfence", hideRedisDetails: true, hideDocsLink: true, showWorkers: false },
        // Matched by the board's own route, whatever the spelling of the path.
        handlerHooks: { before: ({ method, route }) => ({ allow: method === "get" || !FORBIDDEN.test(route) }) },
      },
    });
    // Its errors are answered like all others, because its own answer would show internals.
    adapter.setErrorHandler((error) => {
      throw isRefusal(error) ? new Problem("invalid_request", error.message) : error;
    });
    const board: Express = adapter.getRouter();
    return board.disable("x-powered-by");
  };
