/** A choice: the value that is sent, and its name for people. */
export interface Choice {
  value: string;
  name: string | null;
}

/** The choices that match the typed text, by value or name; none if it equals one of them exactly. */
export function suggested(choices: readonly Choice[], typed: string): readonly Choice[] {
  const wanted = plain(typed);
  if (choices.some(({ value }) => value === typed.trim())) return [];
  return choices.filter(({ value, name }) => plain(value).includes(wanted) || plain(name ?? "").includes(wanted));
}

/** Normalises for comparison: without case, and numbers without separators between their digits. */
const plain = (text: string): string => text.toLowerCase().replace(/[\s().-]/g, "");
