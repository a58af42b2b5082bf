import {
  CreateWebhook,
  DeliveriesQuery,
  DeliveryView,
  NewWebhookView,
  NoFields,
  PageQuery,
  pageOf,
  ReplayView,
  ReplayWebhook,
  WebhookView,
} from "@ringfence/domain";
import { newestFirst, page } from "../http/cursors.ts";
import { found } from "../http/found.ts";
import { operation } from "../http/operation.ts";

/** Outbound webhooks, and the state of their deliveries. */
export const webhookOperations = [
  operation({
    method: "post",
    path: "/webhooks",
    id: "createWebhook",
    tag: "Webhooks",
    summary: "Create a webhook: events are sent to its address",
    description:
      "The secret is shown in this answer only; `Idempotency-Key` is ignored, because a secret must not be stored. The " +
      "address must begin with https:// and be public.",
    needs: "admin",
    body: {
      schema: CreateWebhook,
      example: { url: "https://example.com/ringfence", events: ["batch.completed", "batch.cancelled"] },
    },
    answer: { status: 201, location: "webhooks", description: "The webhook", schema: NewWebhookView },
    problems: ["too_many_webhooks"],
    handle: async ({ body, by }, { createWebhook, log }) => {
      const webhook = await createWebhook(body, by);
      log.info({ webhookId: webhook.id, events: webhook.events, by }, "webhook created");
      return webhook;
    },
  }),
  operation({
    method: "get",
    path: "/webhooks",
    id: "listWebhooks",
    tag: "Webhooks",
    summary: "List webhooks, newest first",
    needs: "admin",
    query: PageQuery,
    answer: { status: 200, description: "A page of webhooks", schema: pageOf(WebhookView) },
    handle: ({ query }, { db }) => page(query, newestFirst, db.webhooks.list),
  }),
  operation({
    method: "get",
    path: "/webhooks/:id",
    id: "getWebhook",
    tag: "Webhooks",
    summary: "Get a webhook",
    needs: "admin",
    answer: { status: 200, description: "The webhook", schema: WebhookView },
    handle: async ({ id }, { db }) => found(await db.webhooks.find(id), "webhook"),
  }),
  operation({
    method: "delete",
    path: "/webhooks/:id",
    id: "deleteWebhook",
    once: true,
    tag: "Webhooks",
    summary: "Delete a webhook",
    description: "Nothing is sent to it any more; pending deliveries are dropped.",
    needs: "admin",
    answer: { status: 204, description: "Deleted" },
    handle: ({ id, by, once }, { deleteWebhook }) => deleteWebhook(id, by, once),
  }),
  operation({
    method: "get",
    path: "/webhooks/:id/deliveries",
    id: "listDeliveries",
    tag: "Webhooks",
    summary: "List the deliveries of a webhook, newest first",
    description: "Finished deliveries are kept for seven days.",
    needs: "admin",
    query: DeliveriesQuery,
    answer: { status: 200, description: "A page of deliveries", schema: pageOf(DeliveryView) },
    handle: async ({ id, query }, { db }) => {
      found(await db.webhooks.find(id), "webhook");
      return await page(query, newestFirst, (after, limit) => db.webhooks.deliveries(id, query.status, after, limit));
    },
  }),
  operation({
    method: "post",
    path: "/webhooks/:id/replay",
    id: "replayWebhook",
    once: true,
    tag: "Webhooks",
    summary: "Send the events since a time again",
    description:
      "Events are sent in the same order and with the same ids; `status` selects delivered or failed deliveries only.",
    needs: "admin",
    body: { schema: ReplayWebhook, example: { since: "2026-11-25T00:00:00Z", status: "failed" } },
    answer: { status: 200, description: "The number of events that are sent again", schema: ReplayView },
    handle: ({ id, body, by, once }, { replayWebhook }) => replayWebhook(id, body, by, once),
  }),
  operation({
    method: "post",
    path: "/deliveries/:id/replay",
    id: "replayDelivery",
    once: true,
    tag: "Webhooks",
    summary: "Send one event again",
    needs: "admin",
    body: { schema: NoFields, isOptional: true },
    answer: { status: 200, description: "The delivery, pending", schema: DeliveryView },
    handle: ({ id, by, once }, { replayDelivery }) => replayDelivery(id, by, once),
  }),
];
