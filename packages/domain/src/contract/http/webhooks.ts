import { z } from "zod";
import { BatchView } from "./batches.ts";
import { CallView } from "./calls.ts";
import { empty, id, time } from "./fields.ts";
import { PageQuery } from "./pages.ts";
import { Receipt } from "./stops.ts";

/** The events that clients can receive. */
export const EVENT_TYPES = [
  "batch.completed",
  "batch.cancelled",
  "campaign.stopped",
  "call.completed",
  "call.failed",
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Longest address of a webhook, in characters. */
const LONGEST_URL = 2_000;
/** How many webhooks there may be. */
export const MOST_WEBHOOKS = 50;

/** POST /v1/webhooks. The use case checks whether the address may be used. */
export const CreateWebhook = empty(
  z.strictObject({
    url: z
      .string()
      .max(LONGEST_URL, `At most ${LONGEST_URL} characters`)
      .refine((url) => URL.canParse(url), "Must be an address such as https://example.com/ringfence"),
    events: z
      .array(z.enum(EVENT_TYPES, `Must be one of ${EVENT_TYPES.join(", ")}`))
      .min(1, "Name at least one event")
      .max(EVENT_TYPES.length, "Name each event once")
      .refine((events) => new Set(events).size === events.length, "Name each event once"),
  }),
);
export type CreateWebhook = z.infer<typeof CreateWebhook>;

/** POST /v1/webhooks/{id}/replay */
export const ReplayWebhook = empty(
  z.strictObject({
    since: z.iso
      .datetime({ offset: true, error: "Must be a time such as 2027-01-31T12:00:00Z" })
      .transform((time) => new Date(time))
      .refine((time) => time.getTime() >= 0, "Must not be before 1970"),
    status: z.enum(["delivered", "failed"]).optional(),
  }),
);
export type ReplayWebhook = z.infer<typeof ReplayWebhook>;

/** A webhook as shown after its creation, without the secret. */
export const WebhookView = z
  .object({
    id,
    url: z.string(),
    events: z.array(z.enum(EVENT_TYPES)),
    created_at: time,
    created_by: z.string().meta({ description: "Name of the key that made it" }),
    pending_deliveries: z.int().min(0).meta({ description: "Not delivered yet" }),
    failed_deliveries: z.int().min(0).meta({ description: "Given up after 24 hours; they can be replayed" }),
  })
  .meta({ id: "Webhook" });
export type WebhookView = z.infer<typeof WebhookView>;

/** The answer of POST /v1/webhooks, the only one that shows the secret. */
export const NewWebhookView = WebhookView.extend({
  secret: z.string().meta({ description: "What requests are signed with, shown this once", example: "whsec_..." }),
}).meta({ id: "NewWebhook" });
export type NewWebhookView = z.infer<typeof NewWebhookView>;

/** The state of the delivery of one event to one webhook. */
export const DeliveryView = z
  .object({
    id,
    webhook_id: id,
    event_id: id.meta({ description: "The header `webhook-id` of its requests, the same on each" }),
    type: z.enum(EVENT_TYPES),
    campaign_id: id,
    batch_id: id.nullable(),
    status: z.enum(["pending", "delivered", "failed"]),
    attempts: z.int().min(0).meta({ description: "Requests since it was created, or last replayed" }),
    created_at: time,
    attempted_at: time.nullable().meta({ description: "When it was last sent" }),
    next_attempt_at: time.nullable().meta({ description: "null: no other attempt will be made" }),
    response_status: z.int().nullable().meta({ description: "HTTP status that the last attempt was answered with" }),
    duration_ms: z.int().nullable().meta({ description: "How long the last attempt took, in milliseconds" }),
    error: z.string().nullable().meta({ description: "Why the last attempt failed" }),
  })
  .meta({ id: "Delivery" });
export type DeliveryView = z.infer<typeof DeliveryView>;

/** The result of a replay. */
export const ReplayView = z
  .object({ replayed: z.int().min(0).meta({ description: "Deliveries that are pending again" }) })
  .meta({ id: "Replay" });
export type ReplayView = z.infer<typeof ReplayView>;

/** Query of GET /v1/webhooks/{id}/deliveries. */
export const DeliveriesQuery = PageQuery.extend({ status: z.enum(["pending", "delivered", "failed"]).optional() });

/** The body of a request to a webhook, by event type. */
const event = <Type extends EventType, Data extends z.ZodType>(type: Type, data: Data) =>
  z.object({ type: z.literal(type), timestamp: time.meta({ description: "When it happened" }), data });
export const EVENT_BODIES = {
  "batch.completed": event("batch.completed", BatchView).meta({ id: "BatchCompleted" }),
  "batch.cancelled": event("batch.cancelled", Receipt).meta({ id: "BatchCancelled" }),
  "campaign.stopped": event("campaign.stopped", Receipt).meta({ id: "CampaignStopped" }),
  "call.completed": event("call.completed", CallView).meta({ id: "CallCompleted" }),
  "call.failed": event("call.failed", CallView).meta({ id: "CallFailed" }),
} as const satisfies Record<EventType, z.ZodType>;
