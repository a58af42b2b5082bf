import {
  CreateWebhook,
  DeliveriesQuery,
  type DeliveryView,
  NoFields,
  notFound,
  PageQuery,
  ReplayWebhook,
  type WebhookView,
} from "@ringfence/domain";
import { Router } from "express";
import type { Api } from "../app.ts";
import { requires } from "../auth/auth.ts";
import { noContent, ok } from "../http/answer-once.ts";
import { json, parseAs } from "../http/bodies.ts";
import { newestFirst, page } from "../http/cursors.ts";
import { pathId } from "../http/path-id.ts";

/** Webhooks to clients, and how their deliveries go. */
export function outgoingRoutes({ db, useCases, answerOnce, log }: Api): Router {
  const router = Router();
  const found = async (id: string): Promise<WebhookView> => {
    const webhook = await db.webhooks.find(id);
    if (!webhook) throw notFound("webhook");
    return webhook;
  };

  router.post("/webhooks", requires("admin"), json(), async (req, res) => {
    const by = res.locals.principal.name;
    const view = await useCases.createWebhook(parseAs(CreateWebhook, req.body), by);
    log.info({ webhookId: view.id, events: view.events, by }, "webhook made");
    res.status(201).location(`/v1/webhooks/${view.id}`).json(view);
  });

  router.get("/webhooks", requires("admin"), async (req, res) => {
    const view = (webhook: WebhookView) => webhook;
    res.json(await page(parseAs(PageQuery, req.query), newestFirst, db.webhooks.list, view));
  });

  router.get("/webhooks/:id", requires("admin"), async (req, res) => {
    res.json(await found(pathId(req, "webhook")));
  });

  router.delete("/webhooks/:id", requires("admin"), async (req, res) => {
    const id = pathId(req, "webhook");
    await answerOnce(req, res, noContent, (once) => db.webhooks.remove(id, res.locals.principal.name, once));
  });

  router.get("/webhooks/:id/deliveries", requires("admin"), async (req, res) => {
    const { id } = await found(pathId(req, "webhook"));
    const query = parseAs(DeliveriesQuery, req.query);
    const rows = (after: Parameters<typeof db.webhooks.deliveries>[2], limit: number) =>
      db.webhooks.deliveries(id, query.status, after, limit);
    const view = (delivery: DeliveryView) => delivery;
    res.json(await page(query, newestFirst, rows, view));
  });

  router.post("/webhooks/:id/replay", requires("admin"), json(), async (req, res) => {
    const id = pathId(req, "webhook");
    const wish = parseAs(ReplayWebhook, req.body);
    await answerOnce(req, res, ok, (once) => db.webhooks.replay(id, wish, res.locals.principal.name, once));
  });

  router.post("/deliveries/:id/replay", requires("admin"), json(), async (req, res) => {
    const id = pathId(req, "delivery");
    parseAs(NoFields, req.body);
    await answerOnce(req, res, ok, (once) => db.webhooks.replayOne(id, res.locals.principal.name, once));
  });

  return router;
}
