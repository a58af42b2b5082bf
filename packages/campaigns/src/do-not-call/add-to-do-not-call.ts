import { setTimeout as sleep } from "node:timers/promises";
import type { ImportReport, SiftQuery } from "@ringfence/domain";
import { answerOf, countryOf, type ImportRows, siftRows } from "../candidates/sift-rows.ts";
import type { Database } from "../database/database.ts";
import type { Once } from "../database/idempotency.ts";

/** Wait between two checks for open dials, in ms. */
const OPEN_DIAL_LOOK_MS = 25;

/**
 * Adds numbers to the do-not-call list, in one transaction and in bounded memory; valid numbers are stored, invalid
 * numbers named and skipped. When it returns, no dial of a listed number is open and none will be, in any campaign; calls
 * in progress end naturally. It waits only for open dials, 10 s at most with the default time-out of a dial. If `groups`
 * throws, nothing is stored. With `once` a repeated request waits in the same way and then throws `AnsweredBefore`.
 */
export const addToDoNotCall =
  ({ db }: { db: Database }) =>
  async (
    groups: ImportRows,
    { default_country, rejected_limit }: SiftQuery,
    by: string,
    once: Once<ImportReport> | null = null,
  ): Promise<ImportReport> => {
    const options = { defaultCountry: countryOf(default_country), rejectedLimit: rejected_limit };
    const { good, rejectedCount, report } = siftRows(groups, options, ({ phone_number }) => phone_number);
    const added = db.doNotCall.add(good, by, rejectedCount, answerOf(once, report));
    // The wait also runs for a repeated request, whose first process may have died before it had waited.
    await added.catch(() => undefined);
    while (await db.doNotCall.hasOpenDials()) await sleep(OPEN_DIAL_LOOK_MS);
    return report(await added);
  };
