import { z } from "zod";
import { PageQuery } from "./http.ts";

/** What the audit keeps. Stops carry their receipt as `detail`. */
export const AUDIT_ACTIONS = [
  "campaign.create",
  "campaign.update",
  "candidates.import",
  "campaign.launch",
  "batch.cancel",
  "campaign.stop",
  "lines.change",
  "lines.resume",
  "key.create",
  "key.delete",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Query of GET /v1/audit. */
export const AuditQuery = PageQuery.extend({ campaign_id: z.guid().optional() });

/** Who did what when. `actor` is the name of their key. */
export interface AuditView {
  id: string;
  at: Date;
  actor: string;
  action: AuditAction;
  campaign_id: string | null;
  batch_id: string | null;
  detail: Record<string, unknown>;
}
