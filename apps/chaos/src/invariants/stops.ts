import { isDeepStrictEqual } from "node:util";
import { overlap } from "../clock.ts";
import type { Snapshot } from "../trial/snapshot.ts";
import { type Invariant, startVerdict } from "./verdict.ts";

/** Two things that arrive here within this many ms may have happened in the other order. */
const SAME_MOMENT_MS = 15;
/** A longer lag of this process counts as a freeze, in ms: the machine did not run anybody. */
const LONG_LAG_MS = 100;

/** No create-call request is sent after a receipt for its batch; by a process that was frozen meanwhile: counted apart. */
export const nothingIsDialledAfterAReceipt: Invariant = (snapshot) => {
  const verdict = startVerdict();
  for (const dial of snapshot.dials) {
    const first = snapshot.receipts
      .filter(({ receipt }) => receipt.cancelled_batches.includes(dial.batchId))
      .reduce((least, { receivedAt }) => Math.min(least, receivedAt), Number.POSITIVE_INFINITY);
    sentLate(snapshot, verdict, dial, first, "a receipt");
  }
  return verdict;
};

/** The same between the answer to a hold and its end. */
export const nothingIsDialledUnderAHold: Invariant = (snapshot) => {
  const verdict = startVerdict();
  for (const dial of snapshot.dials) {
    for (const { batchIds, from, to } of snapshot.holds)
      if (batchIds.includes(dial.batchId) && dial.at < to) sentLate(snapshot, verdict, dial, from, "a hold");
  }
  return verdict;
};

/** Judges a create-call request that may have been sent after an answer for its batch. */
function sentLate(
  { freezes, lags, openDialMs }: Snapshot,
  verdict: ReturnType<typeof startVerdict>,
  { at, who, callId, batchId }: Snapshot["dials"][number],
  answeredAt: number,
  what: string,
): void {
  const late = at - answeredAt;
  if (late <= 0) return;
  const around = { from: answeredAt - openDialMs, to: at };
  const near = lags.filter((lag) => overlap(lag, { from: answeredAt - SAME_MOMENT_MS, to: at }));
  const longest = Math.max(0, ...near.map(({ from, to }) => to - from));
  if (freezes.some((freeze) => freeze.who === who && overlap(freeze.span, around)))
    verdict.counts(`sends of a frozen worker after ${what}`);
  else if (lags.some((lag) => overlap(lag, around) && lag.to - lag.from > LONG_LAG_MS))
    verdict.counts(`sends after ${what} while the machine stood still`);
  else if (late <= SAME_MOMENT_MS + longest) verdict.counts(`sends in the same moment as ${what}`);
  else verdict.breaks(`row ${callId}: ${who} sent its create ${Math.round(late)} ms after ${what} of batch ${batchId}`);
}

/** A receipt adds up, promises that nothing is pending, and its count of cancelled calls stays true. */
export const receiptsAreHonest: Invariant = ({ receipts, batches }) => {
  const verdict = startVerdict();
  const known = new Map(batches.map((batch) => [batch.id, batch]));
  for (const { receipt } of receipts) {
    const of = receipt.batch_id ?? `campaign ${receipt.campaign_id}`;
    if (receipt.pending_calls !== 0)
      verdict.breaks(`the receipt of ${of} speaks of ${receipt.pending_calls} pending calls`);
    const { completed_calls, failed_calls, in_progress_calls, total_candidates } = receipt;
    if (completed_calls + failed_calls + in_progress_calls !== total_candidates)
      verdict.breaks(
        `the receipt of ${of} does not add up: ${completed_calls} + ${failed_calls} + ${in_progress_calls} is not ${total_candidates}`,
      );
    const final = receipt.cancelled_batches.reduce((sum, id) => sum + (known.get(id)?.cancelled_calls ?? 0), 0);
    if (final !== receipt.cancelled_calls)
      verdict.breaks(`the receipt of ${of} says ${receipt.cancelled_calls} cancelled, in the end it is ${final}`);
    for (const id of receipt.cancelled_batches) {
      const status = known.get(id)?.status;
      if (status !== "cancelled") verdict.breaks(`batch ${id} of a receipt is ${status} in the end`);
    }
  }
  return verdict;
};

/** Every receipt that a client was given can be read again, word for word, however its API died after. */
export const receiptsAreKept: Invariant = ({ receipts, storedReceipts }) => {
  const verdict = startVerdict();
  const stored = storedReceipts.map((each) => JSON.parse(JSON.stringify(each)) as object);
  for (const { receipt } of receipts) {
    const given = JSON.parse(JSON.stringify(receipt)) as object;
    const at = stored.findIndex((each) => isDeepStrictEqual(each, given));
    if (at < 0) verdict.breaks(`the receipt of ${receipt.batch_id ?? `campaign ${receipt.campaign_id}`} is not stored`);
    else stored.splice(at, 1);
  }
  return verdict;
};
