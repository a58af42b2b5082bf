import { reasonInWords, toldToPeople } from "@ringfence/domain";

/** A reason or message of Retell or of ours, in words for a person. */
export const told = (message: string | null): string | null => (message === null ? null : reasonInWords(message));

/** What a person can do about these messages, each remedy once, as lines below a table; "" if there is no remedy. */
export function remediesOf(messages: readonly (string | null)[]): string {
  const remedies = new Set(messages.flatMap((message) => (message && toldToPeople(message).remedy) || []));
  return [...remedies].map((remedy) => `\n\n${remedy}:\n${WHERE_TO_LOOK}.`).join("");
}

/** The commands that show the numbers and agents that a campaign may have. */
export const WHERE_TO_LOOK = "ringfence numbers and ringfence agents list them";
