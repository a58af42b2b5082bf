/** What the audit keeps. Stops carry their receipt as `detail`. */
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
