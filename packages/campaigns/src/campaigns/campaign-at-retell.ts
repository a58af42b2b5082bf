import { type FieldFault, Problem } from "@ringfence/domain";
import { readPhoneNumber } from "@ringfence/intake/phone-number";
import type { Directory } from "@ringfence/retell";

/** An addition to the answer of a saved campaign: `unverified` if Retell did not say whether it has number and agent. */
export interface Verdict {
  unverified?: true;
}

/** The caller number of a request as E.164. Throws `invalid_request` with the reason if it is no phone number. */
export function readCallerNumber(cell: string): string {
  const read = readPhoneNumber(cell);
  if ("phoneNumber" in read) return read.phoneNumber;
  throw new Problem("invalid_request", "Correct and send again: from_number", [
    { path: "from_number", message: read.reason },
  ]);
}

const UNKNOWN = {
  from_number: {
    code: "unknown_number",
    detail: "The Retell account does not have this number; choose one of GET /v1/retell/numbers, or add it there",
    message: "The Retell account does not have this number; choose another, or add it there",
  },
  agent_id: {
    code: "unknown_agent",
    detail: "The Retell account does not have this agent; choose one of GET /v1/retell/agents, or name none",
    message: "The Retell account does not have this agent; choose another, or none to use the number's own",
  },
} as const;

/** The fields of a request that refer to the Retell account. */
interface Named {
  from_number?: string | undefined;
  agent_id?: string | null | undefined;
}

/**
 * Looks up the number and agent that a request names at Retell, in parallel: a wrong value would cost every candidate a
 * failed call. Returns a function that gives the verdict or throws `unknown_number` or `unknown_agent` (if both are
 * unknown, the first with both fields named). The caller decides when to call it, because a repeated request must get its
 * earlier answer whatever Retell says now.
 */
export async function lookUpCampaign(directory: Directory, { from_number, agent_id }: Named): Promise<() => Verdict> {
  const [number, agent] = await Promise.all([
    from_number === undefined ? "known" : directory.knowsNumber(from_number),
    agent_id === undefined || agent_id === null ? "known" : directory.knowsAgent(agent_id),
  ]);
  const unknown = (["from_number", "agent_id"] as const).filter(
    (field) => (field === "from_number" ? number : agent) === "unknown",
  );
  return () => {
    const [first] = unknown;
    if (first) throw refusal(first, unknown);
    return number === "unverified" || agent === "unverified" ? { unverified: true } : {};
  };
}

function refusal(first: keyof typeof UNKNOWN, fields: (keyof typeof UNKNOWN)[]): Problem {
  const detail = fields.map((field) => UNKNOWN[field].detail).join(". ");
  const faults = fields.map((path): FieldFault => ({ path, message: UNKNOWN[path].message }));
  return new Problem(UNKNOWN[first].code, detail, faults);
}
