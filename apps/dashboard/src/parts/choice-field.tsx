import { TextInput } from "@mantine/core";
import { type ComponentType, type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import type { ChoiceFieldProps } from "./suggesting-input.tsx";

/** Loaded on demand, once there is something to suggest, because the first page does not need it. */
const load = async () => (await import("./suggesting-input.tsx")).SuggestingInput;

/** A text field, with suggestions as soon as there are any. A chosen value is described by its name. */
export function ChoiceField({ choices, value, onChange, description, ...given }: ChoiceFieldProps) {
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
      // The bundle is gone or the API is away: the field works without suggestions.
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [some, id]);
  // Typing continues in the field that replaced this one.
  useLayoutEffect(() => {
    if (!Suggesting || caret.current === null) return;
    const field = fieldOf(id);
    field?.focus();
    field?.setSelectionRange(caret.current, caret.current);
  }, [Suggesting, id]);

  const chosen = choices.find((choice) => choice.value === value.trim())?.name;
  const input = { ...given, id, description: <Description text={description} chosen={chosen} /> };
  if (Suggesting) return <Suggesting {...input} value={value} onChange={onChange} choices={choices} />;
  return <TextInput {...input} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
}

/** As high as `text` even while it says the chosen name: what is below must not move just as it is clicked. */
function Description({ text, chosen }: { text: ReactNode; chosen: string | null | undefined }) {
  return (
    <span className="rf-stacked">
      <span style={{ visibility: chosen ? "hidden" : "visible" }}>{text}</span>
      {chosen && <span>“{chosen}” in your Retell account</span>}
    </span>
  );
}

const fieldOf = (id: string) => document.getElementById(id) as HTMLInputElement | null;
/** The position of the cursor in a focused field, null if it is not focused. */
function caretIn(id: string): number | null {
  const field = fieldOf(id);
  return field && document.activeElement === field ? field.selectionStart : null;
}
