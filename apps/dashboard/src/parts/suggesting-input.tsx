import { Combobox, ScrollArea, Text, TextInput, type TextInputProps, useCombobox } from "@mantine/core";
import { useState } from "react";
import { type Choice, suggested } from "./suggested.ts";

type Input = "id" | "label" | "required" | "type" | "placeholder" | "description" | "spellCheck" | "error";
/** A text field with suggestions; any typed text is accepted, suggested or not. */
export interface ChoiceFieldProps extends Pick<TextInputProps, Input> {
  value: string;
  onChange: (value: string) => void;
  choices: readonly Choice[];
}

/** Height of the list before it scrolls, in px, so that it fits into its dialog. */
const LIST_HEIGHT = 150;

/**
 * A text field that suggests values by their names. Not Mantine's Autocomplete, whose list has the same label as
 * its field, so that a search by that label finds two elements.
 */
export function SuggestingInput({ choices, value, onChange, ...input }: ChoiceFieldProps) {
  const list = useCombobox({ onDropdownClose: () => list.resetSelectedOption() });
  // Typing narrows the list; focusing the field shows the whole list, to choose another value.
  const [typing, setTyping] = useState(false);
  const shown = typing ? suggested(choices, value) : choices;
  const open = (isTyping: boolean) => {
    setTyping(isTyping);
    list.openDropdown();
  };
  const submit = (chosen: string) => {
    onChange(chosen);
    list.closeDropdown();
  };
  return (
    <Combobox store={list} onOptionSubmit={submit} keepMounted={false} withinPortal={false}>
      <Combobox.Target withExpandedAttribute>
        <TextInput
          {...input}
          value={value}
          onChange={(event) => {
            onChange(event.currentTarget.value);
            open(true);
          }}
          // Not by focus alone: the field may receive the focus when the choices arrive, with its text already typed.
          onClick={() => open(false)}
          onBlur={() => list.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={shown.length === 0}>
        <Combobox.Options aria-label="In your Retell account">
          <ScrollArea.Autosize mah={LIST_HEIGHT} type="scroll">
            {shown.map((choice) => (
              <Combobox.Option key={choice.value} value={choice.value} className="rf-wrap">
                <Text size="sm">{choice.name ?? choice.value}</Text>
                {choice.name && (
                  <Text size="xs" c="dimmed">
                    {choice.value}
                  </Text>
                )}
              </Combobox.Option>
            ))}
          </ScrollArea.Autosize>
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
