import { withoutTurn } from "@ringfence/db";
import { type CallView, type CandidateView, maskPhoneNumber, type Role } from "@ringfence/domain";

/** A call as this role may see it: viewers see numbers masked. */
export const toCall =
  (role: Role) =>
  (call: CallView & { turn?: bigint }): CallView => {
    const view = call.turn === undefined ? call : withoutTurn({ ...call, turn: call.turn });
    return role === "viewer" ? { ...view, phone_number: maskPhoneNumber(view.phone_number) } : view;
  };

/** A candidate as this role may see it. */
export const toCandidate =
  (role: Role) =>
  ({ ordinal: _, ...candidate }: CandidateView & { ordinal: bigint }): CandidateView =>
    role === "viewer" ? { ...candidate, phone_number: maskPhoneNumber(candidate.phone_number) } : candidate;
