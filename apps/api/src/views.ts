import {
  type AuditView,
  type CallView,
  type CampaignView,
  type CandidateView,
  type LaunchPreview,
  maskPhoneNumber,
  type Page,
  type ReasonCount,
  type Role,
} from "@ringfence/domain";

/** International numbers, also inside Retell's messages, analyses, and candidates' variables. */
const NUMBERS = /\+\d{7,}/g;

/** A call as this role may see it: viewers see numbers masked, wherever they stand. */
export const toCall =
  (role: Role) =>
  ({ turn: _, key: __, ...call }: CallView & { turn?: bigint; key?: string | null }): CallView =>
    seenBy(role, call);

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

/** An entry of the audit as this role may see it. */
export const toAudit =
  (role: Role) =>
  (entry: AuditView): AuditView =>
    seenBy(role, entry);

/** Why calls ended, as this role may see it, as the list that it is. */
export const toReasons =
  (role: Role) =>
  (items: ReasonCount[]): Page<ReasonCount> => ({ items: seenBy(role, items), next_cursor: null });

/** Whom a launch would call, as this role may see it. */
export const toLaunchPreview =
  (role: Role) =>
  (preview: LaunchPreview): LaunchPreview =>
    seenBy(role, preview);

const seenBy = <View>(role: Role, view: View): View => (role === "viewer" ? (masked(view) as View) : view);

function masked(value: unknown): unknown {
  if (typeof value === "string") return value.replace(NUMBERS, maskPhoneNumber);
  if (Array.isArray(value)) return value.map(masked);
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, masked(each)]));
}
