import { notFound, Problem, type UpdateCandidate } from "@ringfence/domain";
import { readPhoneNumber, unstorable } from "@ringfence/intake";
import type { Database } from "../database/database.ts";
import type { Once } from "../database/idempotency.ts";
import type { CandidateChange, PlacedCandidate } from "./candidates.sql.ts";
import { toCandidateRow } from "./import-candidates.ts";
import type { CandidateRow } from "./imports.sql.ts";
import { countryOf } from "./sift-rows.ts";

/**
 * Corrects a candidate; the correction applies from the next dial. Throws `not_found`, `call_unfinished` while the
 * candidate has an unfinished call, and for the number `already_dialled` and `duplicate_number`.
 */
export const correctCandidate =
  ({ db }: { db: Database }) =>
  async (
    id: string,
    { default_country, ...change }: UpdateCandidate,
    by: string,
    once: Once<PlacedCandidate> | null = null,
  ): Promise<PlacedCandidate> => {
    const country = countryOf(default_country);
    for (const [path, value] of Object.entries(change)) {
      const fault = unstorable(JSON.stringify(value));
      if (fault) throw atFault(path, fault);
    }
    const number = change.phone_number === undefined ? null : readPhoneNumber(change.phone_number, country);
    if (number && "reason" in number) throw atFault("phone_number", number.reason);
    const row = toCandidateRow({ ...change, phone_number: number?.phoneNumber ?? "" });
    const fields: Partial<CandidateRow> = {
      ...(number && { phoneNumber: row.phoneNumber }),
      ...(change.name !== undefined && { name: row.name }),
      ...(change.external_id !== undefined && { externalId: row.externalId }),
      ...(change.dynamic_variables !== undefined && { dynamicVariables: row.dynamicVariables }),
    };
    return resultOf(await db.candidates.correct(id, fields, by, once));
  };

/**
 * Deletes a candidate, who is then neither shown nor launched. If the number is imported again, a person who was dialled
 * is not dialled anew. Throws `not_found`, and `call_unfinished` while the candidate has an unfinished call.
 */
export const deleteCandidate =
  ({ db }: { db: Database }) =>
  async (id: string, by: string, once: Once<null> | null = null): Promise<null> =>
    resultOf(await db.candidates.remove(id, by, once));

const atFault = (path: string, message: string): Problem =>
  new Problem("invalid_request", `Correct and send again: ${path}`, [{ path, message }]);

function resultOf<Result>(change: CandidateChange<Result>): Result {
  switch (change.kind) {
    case "done":
      return change.result;
    case "gone":
      throw notFound("candidate");
    case "launching":
      throw new Problem("call_unfinished", "A launch of their campaign is under way; try again when it has answered");
    case "call_unfinished":
      throw new Problem("call_unfinished", "Wait until their call has ended, or cancel its batch");
    case "already_dialled":
      throw new Problem("already_dialled", "Import the right number as another candidate, and delete this one");
    case "duplicate_number":
      throw new Problem(
        "duplicate_number",
        "Another candidate of this campaign has it, or had it before being deleted",
      );
  }
}
