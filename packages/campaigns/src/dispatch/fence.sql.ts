/**
 * The fence: waits for every claim that has asked `dial_bar` before, and makes later ones wait until the transaction ends.
 * Whoever narrows what may be dialled commits the change first and then takes it alone, with nothing else locked: taken
 * last before that commit it deadlocks with a claim that fails a listed number and needs the batch's row. Only a change
 * that no claim writes to, such as a new entry of the do-not-call list, may take it in its own transaction.
 */
export const FENCE = "SELECT pg_advisory_xact_lock(hashtextextended('do-not-call', 0))";
