import { z } from "zod";
import { id, time } from "./fields.ts";
import { PageQuery } from "./pages.ts";

/** The acts that the audit records. The `detail` of a stop is its receipt. */
export const AUDIT_ACTIONS = [
  "campaign.create",
  "campaign.update",
  "campaign.delete",
  "candidates.import",
  "candidate.update",
  "candidate.delete",
  "do_not_call.add",
  "do_not_call.remove",
  "campaign.launch",
  "batch.cancel",
  "campaign.stop",
  "batch.hold",
  "batch.resume",
  "campaign.hold",
  "campaign.resume",
  "lines.change",
  "lines.hold",
  "lines.resume",
  "key.create",
  "key.delete",
  "webhook.create",
  "webhook.delete",
  "webhook.replay",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Query of GET /v1/audit. */
export const AuditQuery = PageQuery.extend({ campaign_id: z.guid().optional() });

/** An entry of the audit: who did what and when. `actor` is the name of the key. */
export const AuditView = z
  .object({
    id,
    at: time,
    actor: z.string().meta({ description: "Name of the key; `ringfence` where no person acts" }),
    action: z.enum(AUDIT_ACTIONS),
    campaign_id: id.nullable(),
    batch_id: id.nullable(),
    detail: z.record(z.string(), z.unknown()).meta({ description: "What was changed; of a stop, its receipt" }),
  })
  .meta({ id: "AuditEntry" });
export type AuditView = z.infer<typeof AuditView>;
