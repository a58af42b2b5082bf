/** Something to choose: what is sent, and what people call it. */
export interface Choice {
  value: string;
  name: string | null;
}

/** The choices that what is typed may mean, by value or name; none if it is one of them, letter by letter. */
export function suggested(choices: readonly Choice[], typed: string): readonly Choice[] {
  const wanted = plain(typed);
  if (choices.some(({ value }) => value === typed.trim())) return [];
  return choices.filter(({ value, name }) => plain(value).includes(wanted) || plain(name ?? "").includes(wanted));
}

/** As people compare: without case, and numbers without what stands between their digits. */
const plain = (text: string): string => text.toLowerCase().replace(/[\s().-]/g, "");
