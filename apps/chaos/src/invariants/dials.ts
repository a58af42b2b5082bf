import { outcomeOf } from "@ringfence/domain";
import type { CreateEntry, PhoneCall } from "@ringfence/simulator";
import { type Invariant, startVerdict } from "./verdict.ts";

/** Accepted creates, in order of arrival. */
const accepted = (creates: readonly CreateEntry[]): (CreateEntry & { retell_call_id: string })[] =>
  creates
    .filter(
      (entry): entry is CreateEntry & { retell_call_id: string } => entry.accepted && entry.retell_call_id !== null,
    )
    .sort((a, b) => a.at - b.at);

/** No row is dialled twice, and no request is sent again by an SDK. */
export const oneDialPerRow: Invariant = ({ simulator }) => {
  const verdict = startVerdict();
  for (const [callId, dials] of Object.entries(simulator.dialsPerCall))
    if (dials > 1) verdict.breaks(`row ${callId} was dialled ${dials} times`);
  if (simulator.retriedCreates > 0) verdict.breaks(`${simulator.retriedCreates} creates were sent again by the SDK`);
  return verdict;
};

/** Every accepted create has its row, which is not a cancelled one and does not claim that nothing was placed. */
export const everyDialHasItsRow: Invariant = ({ simulator, calls }) => {
  const verdict = startVerdict();
  const rows = new Map(calls.map((row) => [row.id, row]));
  for (const { call_id, retell_call_id } of accepted(simulator.creates)) {
    const row = rows.get(call_id ?? "");
    if (!row) verdict.breaks(`${retell_call_id} has no row (${call_id})`);
    else if (row.cancelled_at !== null)
      verdict.breaks(`row ${row.id} is cancelled, but Retell placed ${retell_call_id}`);
    else if (row.placed === "no")
      verdict.breaks(`row ${row.id} says not placed (${row.error_message}), but Retell placed ${retell_call_id}`);
    else if (row.retell_call_id !== null && row.retell_call_id !== retell_call_id)
      verdict.breaks(`row ${row.id} has ${row.retell_call_id}, but Retell placed ${retell_call_id}`);
  }
  return verdict;
};

/** Nobody who was reached is called again, and nobody is called while a call of theirs goes on. */
export const nobodyIsCalledAgain: Invariant = ({ simulator, calls, forgotten }) => {
  const verdict = startVerdict();
  const candidateOf = new Map(calls.map((row) => [row.id, row.candidate_id]));
  const callOf = new Map(simulator.calls.map((call) => [call.call_id, call]));
  const before = new Map<string, { callId: string; call: PhoneCall | undefined; retellCallId: string }[]>();
  for (const { at, call_id, retell_call_id } of accepted(simulator.creates)) {
    const candidate = candidateOf.get(call_id ?? "");
    if (!candidate) continue;
    const earlier = before.get(candidate) ?? [];
    for (const { callId, call, retellCallId } of earlier) {
      if (callId === call_id || forgotten.includes(retellCallId)) continue; // the first is another invariant's
      const reason = call?.disconnection_reason;
      if (reason && outcomeOf(reason).callStatus === "completed")
        verdict.breaks(`candidate ${candidate} was reached by row ${callId} and called again by row ${call_id}`);
      if (call && (call.end_timestamp ?? Number.POSITIVE_INFINITY) > at)
        verdict.breaks(`candidate ${candidate} was called by row ${call_id} while the call of row ${callId} went on`);
    }
    earlier.push({ callId: call_id!, call: callOf.get(retell_call_id), retellCallId: retell_call_id });
    before.set(candidate, earlier);
  }
  return verdict;
};

/** The suite's own eyes: every create that reached Retell was seen as it left a worker. */
export const wiresSawEveryDial: Invariant = ({ simulator, dials }) => {
  const verdict = startVerdict();
  const seen = new Set(dials.map(({ callId }) => callId));
  for (const { call_id } of simulator.creates)
    if (call_id !== null && !seen.has(call_id)) verdict.breaks(`no wire saw the create of row ${call_id}`);
  return verdict;
};
