import { TextInput } from "@mantine/core";
import { type ComponentType, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import type { ChoiceFieldProps } from "./suggesting-input.tsx";

/** Comes in a file of its own, once there is something to suggest: the first page needs none of it. */
const load = async () => (await import("./suggesting-input.tsx")).SuggestingInput;

/** A text field, with suggestions as soon as there are any. What is chosen is described by its name. */
export function ChoiceField({ choices, value, onChange, ...given }: ChoiceFieldProps) {
  const [Suggesting, setSuggesting] = useState<ComponentType<ChoiceFieldProps> | null>(null);
  const id = useId();
  const caret = useRef<number | null>(null);
  const some = choices.length > 0;
  useEffect(() => {
    if (!some) return;
    let gone = false;
    load().then(
      (loaded) => {
        if (gone) return;
        caret.current = caretIn(id);
        setSuggesting(() => loaded);
      },
      // The file is gone or the API is away: the field does without.
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [some, id]);
  // Whoever was typing goes on typing in the field that took the place.
  useLayoutEffect(() => {
    if (!Suggesting || caret.current === null) return;
    const field = fieldOf(id);
    field?.focus();
    field?.setSelectionRange(caret.current, caret.current);
  }, [Suggesting, id]);

  const chosen = choices.find((choice) => choice.value === value.trim())?.name;
  const input = { ...given, id, ...(chosen && { description: `“${chosen}” in your Retell account` }) };
  if (Suggesting) return <Suggesting {...input} value={value} onChange={onChange} choices={choices} />;
  return <TextInput {...input} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
}

const fieldOf = (id: string) => document.getElementById(id) as HTMLInputElement | null;
/** Where somebody is typing in a field, null if nobody is. */
function caretIn(id: string): number | null {
  const field = fieldOf(id);
  return field && document.activeElement === field ? field.selectionStart : null;
}
