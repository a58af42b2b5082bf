/** Retell's answer to a dial whose number or agent the account does not have (docs.retellai.com, create-phone-call, 422). */
const NOT_IN_ACCOUNT = /Cannot find requested asset under given api key\.?/g;
const MEANS = "The caller number or agent is not in this Retell account";
/** The remedy. */
const REMEDY = "Edit the campaign and choose a number and an agent that are in the account";

/** A message for people and what they can do about it, null if the message says it all. */
export interface Told {
  text: string;
  remedy: string | null;
}

/**
 * The meaning of an error message, of a reason of failed calls, or of the reason of a hold. Stored messages stay as Retell
 * sent them, because scripts may match them; this text is only for people.
 */
export function toldToPeople(message: string): Told {
  const text = message.replace(NOT_IN_ACCOUNT, MEANS);
  return { text, remedy: text === message ? null : REMEDY };
}
