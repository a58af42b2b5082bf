/** What Retell answers to a dial whose number or agent its account does not have (docs.retellai.com, create-phone-call, 422). */
const NOT_IN_ACCOUNT = /Cannot find requested asset under given api key\.?/g;
const MEANS = "The caller number or agent is not in this Retell account";
/** How to mend it. */
const REMEDY = "Edit the campaign and choose a number and an agent that are in the account";

/** A message as people are told it, and what they can do, null where the message says all there is. */
export interface Told {
  text: string;
  remedy: string | null;
}

/**
 * What an error message, a reason of calls that failed, or the reason of a hold means. Stored messages stay Retell's
 * words, which scripts may match; this is for reading only.
 */
export function toldToPeople(message: string): Told {
  const text = message.replace(NOT_IN_ACCOUNT, MEANS);
  return { text, remedy: text === message ? null : REMEDY };
}
