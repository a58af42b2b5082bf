import { isUtf8 } from "node:buffer";
import { Problem, RetellEvent } from "@ringfence/domain";
import express, { Router } from "express";
import type { Api } from "../api.ts";

/** Largest webhook, in bytes: a transcript of two hours with its words. */
const LARGEST_WEBHOOK = 20_000_000;

/** The webhook that Retell calls, verified on its raw bytes. A signed request that is not about one of our calls is answered and ignored. */
export function retellWebhookRoutes({ useCases, log, verifyWebhook }: Api): Router {
  const router = Router();

  router.post("/webhooks/retell", express.raw({ type: () => true, limit: LARGEST_WEBHOOK }), async (req, res) => {
    // Bytes that are not UTF-8 could be decoded to the same text as the signed body.
    const rawBody = Buffer.isBuffer(req.body) && isUtf8(req.body) ? req.body.toString("utf8") : "";
    if (!(await verifyWebhook(rawBody, req.get("x-retell-signature")))) {
      throw new Problem("unauthenticated", "The signature is missing, stale or not of this body");
    }
    const event = RetellEvent.safeParse(parseJson(rawBody));
    if (event.success) await useCases.settleCall(event.data.call, event.data.event);
    else
      log.warn(
        { fields: event.error.issues.map((issue) => issue.path.join(".")) },
        "a signed webhook was not understood",
      );
    res.status(204).end();
  });

  return router;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
