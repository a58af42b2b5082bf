import { NoFields } from "@ringfence/domain";
import { Router } from "express";
import type { Api } from "../app.ts";
import { parseAs } from "../http/bodies.ts";
import { seenBy } from "../http/views.ts";

/** What the Retell account has to call with. */
export function retellRoutes({ useCases }: Api): Router {
  const router = Router();

  router.get("/retell/numbers", async (req, res) => {
    parseAs(NoFields, req.query);
    res.json(seenBy(res.locals.principal.role, { items: await useCases.listNumbers() }));
  });

  router.get("/retell/agents", async (req, res) => {
    parseAs(NoFields, req.query);
    res.json(seenBy(res.locals.principal.role, { items: await useCases.listAgents() }));
  });

  return router;
}
