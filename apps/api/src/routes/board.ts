import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { ExpressAdapter } from "@bull-board/express";
import { mayActAs, Problem } from "@ringfence/domain";
import { Router } from "express";
import type { Api } from "../app.ts";
import { basic, requires } from "../auth.ts";

const PATH = "/queues";
/** What even an admin may not do here: each would hold the queue back, or empty it under the workers' hands. */
const FORBIDDEN = /\/(obliterate|pause|concurrency|rate-limit)$/;

/** Bull Board: read-only for operators; for admins without obliterate, pause and limits. Nothing in it can dial a settled call: the claim asks the row. */
export function boardRoutes({ queue, authenticate }: Api): Router {
  const router = Router();
  const board = (readOnlyMode: boolean) => {
    const adapter = new ExpressAdapter();
    adapter.setBasePath(PATH);
    createBullBoard({
      queues: [new BullMQAdapter(queue.queue, { readOnlyMode })],
      serverAdapter: adapter,
      options: {
        uiConfig: { boardTitle: "Ringfence", hideRedisDetails: true, hideDocsLink: true, showWorkers: false },
      },
    });
    return adapter.getRouter();
  };
  const boards = { operator: board(true), admin: board(false) };

  router.use(PATH, basic(authenticate), requires("operator"), (req, res, next) => {
    const admin = mayActAs(res.locals.principal.role, "admin");
    if (req.method !== "GET" && FORBIDDEN.test(req.path))
      throw new Problem("forbidden", "Use PUT /v1/lines, or stop the campaign");
    (admin ? boards.admin : boards.operator)(req, res, next);
  });
  return router;
}
