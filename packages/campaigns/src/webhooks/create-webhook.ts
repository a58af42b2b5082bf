import { type CreateWebhook, MOST_WEBHOOKS, type NewWebhookView, Problem } from "@ringfence/domain";
import { newSecret } from "@ringfence/receivers";
import type { Database } from "../database/database.ts";

/**
 * Creates a webhook, to which its events are sent from then on. Only the answer holds the secret. Throws
 * `invalid_request` for an address that may not be used, and `too_many_webhooks`.
 */
export const createWebhook =
  ({ db, receivers }: { db: Database; receivers: { faultOf(url: string): string | null } }) =>
  async ({ url, events }: CreateWebhook, by: string): Promise<NewWebhookView> => {
    const fault = receivers.faultOf(url);
    if (fault) throw new Problem("invalid_request", "Correct and send again: url", [{ path: "url", message: fault }]);
    const secret = newSecret();
    const webhook = await db.webhooks.create({ url: new URL(url).href, events, secret }, by);
    if (!webhook) throw new Problem("too_many_webhooks", `Delete one first; there may be ${MOST_WEBHOOKS}`);
    return { ...webhook, secret };
  };
