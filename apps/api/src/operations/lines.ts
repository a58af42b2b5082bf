import { NoFields, UpdateLines } from "@ringfence/domain";
import { Router } from "express";
import type { Api } from "../app.ts";
import { requires } from "../auth/auth.ts";
import { json, parseAs } from "../http/bodies.ts";

/** The lines: limit, pace, and the hold. */
export function lineRoutes({ useCases }: Api): Router {
  const router = Router();

  router.get("/lines", async (_req, res) => {
    res.json(await useCases.viewLines());
  });

  router.put("/lines", requires("admin"), json(), async (req, res) => {
    res.json(await useCases.changeLines(parseAs(UpdateLines, req.body), res.locals.principal.name));
  });

  router.post("/lines/resume", requires("admin"), json(), async (req, res) => {
    parseAs(NoFields, req.body);
    res.json(await useCases.resumeCalling(res.locals.principal.name));
  });

  return router;
}
