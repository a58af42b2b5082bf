import { Combobox, ScrollArea, Text, TextInput, type TextInputProps, useCombobox } from "@mantine/core";
import { useState } from "react";
import { type Choice, suggested } from "./suggested.ts";

type Input = "id" | "label" | "required" | "type" | "placeholder" | "description" | "spellCheck" | "error";
/** A text field with suggestions; whatever is typed counts, suggested or not. */
export interface ChoiceFieldProps extends Pick<TextInputProps, Input> {
  value: string;
  onChange: (value: string) => void;
  choices: readonly Choice[];
}

/** Height of the list before it scrolls, in px: fits into the dialog that its field is in. */
const LIST_HEIGHT = 150;

/**
 * A text field that suggests values by what people call them. Not Mantine's Autocomplete, whose list has the same label as
 * its field: who asks for the field by that label would find two.
 */
export function SuggestingInput({ choices, value, onChange, ...input }: ChoiceFieldProps) {
  const list = useCombobox({ onDropdownClose: () => list.resetSelectedOption() });
  // What is typed narrows the list; whoever only comes to the field sees all of it, to choose another.
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
          // Not by focus alone: the field may be given it when the choices come, with its text already typed.
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
