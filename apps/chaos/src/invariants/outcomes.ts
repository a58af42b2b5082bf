import { OUTCOME_UNKNOWN, outcomeOf } from "@ringfence/domain";
import { type Invariant, startVerdict } from "./verdict.ts";

/** The row of every accepted create shows in the end what Retell shows. */
export const rowsShowWhatHappened: Invariant = ({ simulator, calls, forgotten }) => {
  const verdict = startVerdict();
  const rows = new Map(calls.map((row) => [row.id, row]));
  const shown = new Map(simulator.calls.map((call) => [call.call_id, call]));
  for (const { accepted, call_id, retell_call_id } of simulator.creates) {
    if (!accepted || !retell_call_id) continue;
    const row = rows.get(call_id ?? "");
    const reason = shown.get(retell_call_id)?.disconnection_reason;
    if (!row || row.cancelled_at !== null || row.placed === "no") continue; // other invariants' business
    if (forgotten.includes(retell_call_id)) verdict.counts("calls that Retell forgot");
    else if (row.error_message === OUTCOME_UNKNOWN) verdict.counts("calls placed and given up as unknown");
    else if (!reason) continue;
    else if (row.call_status !== outcomeOf(reason).callStatus || row.disconnection_reason !== reason)
      verdict.breaks(
        `row ${row.id} is ${row.call_status} (${row.error_message ?? row.disconnection_reason}), Retell says ${reason}`,
      );
  }
  for (const { error_message } of calls) if (error_message === OUTCOME_UNKNOWN) verdict.counts("outcome unknown");
  return verdict;
};
