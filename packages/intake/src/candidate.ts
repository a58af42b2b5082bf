import { type CandidateInput, MOST_TEXT } from "@ringfence/domain";
import { readPhoneNumber } from "./numbers/phone-number.ts";

/** A candidate whose number is E.164, or the reason why the row is rejected. */
export type CandidateReading = { candidate: CandidateInput } | { reason: string };

/** Reads a candidate of any format: the one place that decides whether a row is accepted. */
export function readCandidate(input: CandidateInput, defaultCountry?: string): CandidateReading {
  const number = readPhoneNumber(input.phone_number, defaultCountry);
  if ("reason" in number) return number;
  for (const field of ["name", "external_id"] as const) {
    if ((input[field]?.length ?? 0) > MOST_TEXT) return { reason: `${field} has more than ${MOST_TEXT} characters` };
  }
  return { candidate: { ...input, phone_number: number.phoneNumber } };
}
