import express, { type ErrorRequestHandler, type Router } from "express";
import { ZodError, z } from "zod";
import { OutcomeTable } from "../calls/outcomes.ts";
import { type Controls, NoSuchCall } from "../controls.ts";
import { FaultSpec } from "../faults.ts";
import { AccountPatch } from "../options.ts";
import { WebhookFaults } from "../webhooks/webhooks.ts";

const CallId = z.strictObject({ call_id: z.string() });
const Ending = CallId.extend({ reason: z.string().min(1).optional() });

/** A table of outcomes by number may be large. */
const LARGEST_ORDER = "10mb";

/** The controls over HTTP, to be mounted at /__sim. Not guarded by a key: the simulator listens on loopback unless told otherwise. */
export function adminRouter(controls: Controls): Router {
  const router = express.Router();
  router.use(express.json({ limit: LARGEST_ORDER }));

  router.get("/state", (_req, res) => void res.json(controls.state()));
  router.get("/figures", (_req, res) => void res.json(controls.figures()));
  const order = (path: string, act: (body: unknown) => void) =>
    router.post(path, (req, res) => {
      act(req.body ?? {});
      res.status(204).end();
    });
  order("/fault", (body) => controls.fault(FaultSpec.parse(body)));
  order("/webhooks", (body) => controls.webhooks(WebhookFaults.parse(body)));
  order("/account", (body) => controls.account(AccountPatch.parse(body)));
  order("/outcomes", (body) => controls.outcomes(OutcomeTable.parse(body)));
  order("/forget", (body) => controls.forget(CallId.parse(body).call_id));
  order("/end", (body) => {
    const { call_id, reason } = Ending.parse(body);
    controls.end(call_id, reason);
  });
  order("/reset", () => controls.reset());
  router.delete("/fault", (_req, res) => {
    controls.clearFaults();
    res.status(204).end();
  });

  const explain: ErrorRequestHandler = (error, _req, res, next) => {
    if (error instanceof ZodError) res.status(400).json({ status: "error", message: z.prettifyError(error) });
    else if (error instanceof NoSuchCall) res.status(422).json({ status: "error", message: error.message });
    else next(error);
  };
  router.use(explain);
  return router;
}
