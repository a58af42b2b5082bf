import { type Invariant, startVerdict } from "./verdict.ts";

/** Every call is terminal, and nothing is under way any more. */
export const everyCallIsTerminal: Invariant = ({ calls, notAtRest }) => {
  const verdict = startVerdict();
  for (const { id, call_status } of calls)
    if (call_status === "pending" || call_status === "in_progress") verdict.breaks(`row ${id} is still ${call_status}`);
  if (notAtRest !== null && verdict.broken.length === 0) verdict.breaks(`it does not come to rest: ${notAtRest}`);
  return verdict;
};

/** The queue holds no job in any state. */
export const noJobIsLeft: Invariant = ({ jobs }) => {
  const verdict = startVerdict();
  for (const [state, count] of Object.entries(jobs)) if (count > 0) verdict.breaks(`${count} jobs are left ${state}`);
  return verdict;
};

/** Counters equal rows; nobody has two unfinished calls; a cancelled batch has no pending row. */
export const booksAreExact: Invariant = ({ brokenBooks }) => {
  const verdict = startVerdict();
  for (const { broken, id } of brokenBooks) verdict.breaks(`${broken}: ${id}`);
  return verdict;
};

/** Where what remained was launched at the end, everybody was called, refused by Retell, or given up as unknown. */
export const nobodyIsLost: Invariant = ({ candidates, calls, finished }) => {
  const verdict = startVerdict();
  if (!finished) return verdict;
  const inOrder = [...calls].sort((a, b) => a.created_at - b.created_at);
  for (const candidate of candidates) {
    const rows = inOrder.filter(({ candidate_id }) => candidate_id === candidate);
    const newest = rows.at(-1);
    if (!newest)
      verdict.breaks(`candidate ${candidate} was never launched, though what remained was launched at the end`);
    else if (newest.cancelled_at !== null && rows.every(({ placed }) => placed === "no"))
      verdict.breaks(`candidate ${candidate} was left over: row ${newest.id} is cancelled and nothing came after it`);
  }
  return verdict;
};
