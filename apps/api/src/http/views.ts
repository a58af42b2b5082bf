import { type CallPlace, withoutPlace } from "@ringfence/campaigns";
import {
  type AuditView,
  type BatchView,
  type CallView,
  type CampaignView,
  type CandidateView,
  maskPhoneNumbers,
  Receipt,
  type Role,
  type StoredReceipt,
} from "@ringfence/domain";

/** Whether this role sees phone numbers masked. */
export const seesMasked = (role: Role): boolean => role === "viewer";

/** A call as this role may see it: viewers see numbers masked in every field. */
export const toCall =
  (role: Role) =>
  (call: CallView & Partial<CallPlace>): CallView =>
    seenBy(role, withoutPlace(call));

/** A candidate as this role may see it. */
export const toCandidate =
  (role: Role) =>
  ({ ordinal: _, ...candidate }: CandidateView & { ordinal: bigint }): CandidateView =>
    seenBy(role, candidate);

/** A campaign as this role may see it. */
export const toCampaign =
  (role: Role) =>
  (campaign: CampaignView): CampaignView =>
    seenBy(role, campaign);

/** A batch as this role may see it: the reason of a hold is free text. */
export const toBatch =
  (role: Role) =>
  (batch: BatchView): BatchView =>
    seenBy(role, batch);

/** An entry of the audit as this role may see it. */
export const toAudit =
  (role: Role) =>
  (entry: AuditView): AuditView =>
    seenBy(role, entry);

const RECEIPT_FIELDS = Object.keys(Receipt.shape) as (keyof Receipt)[];
/** A stored receipt as this role may see it, its fields in the order of the answer; PostgreSQL keeps them in its own. */
export const toReceipt =
  (role: Role) =>
  ({ by, at, receipt }: StoredReceipt & { id: string }): StoredReceipt =>
    seenBy(role, {
      by,
      at,
      receipt: Object.fromEntries(RECEIPT_FIELDS.map((field) => [field, receipt[field]])) as Receipt,
    });

/** A value that may hold numbers in any field, as this role may see it. */
export const seenBy = <View>(role: Role, view: View): View => (seesMasked(role) ? (masked(view) as View) : view);

function masked(value: unknown): unknown {
  if (typeof value === "string") return maskPhoneNumbers(value);
  if (Array.isArray(value)) return value.map(masked);
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [maskPhoneNumbers(name), masked(each)]));
}
