import { Button, Group, Loader, Text, Textarea } from "@mantine/core";
import { useEffect, useRef } from "react";
import { FormFault } from "../../../../parts/form-fault.tsx";
import { importFault } from "../import-fault.ts";
import { DropZone } from "./drop-zone.tsx";

/** A file or pasted lines. `looking` names what is being opened, null if nothing is. */
export function ChooseStep(props: {
  text: string;
  onText: (text: string) => void;
  looking: string | null;
  error: unknown;
  onFile: (file: File) => void;
  onPasted: () => void;
  onClose: () => void;
}) {
  const { text, onText, looking, error, onFile, onPasted, onClose } = props;
  const input = useRef<HTMLInputElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  // Coming back from the columns, the focus returns here.
  useEffect(() => (input.current ?? area.current)?.focus(), []);
  const fault = error === null ? null : importFault(error);
  return (
    <>
      {text === "" && <DropZone onFile={onFile} input={input} />}
      <Textarea
        ref={area}
        label="Or paste numbers"
        description="One per line: a number, or a number, a comma and a name. You can also paste a whole table."
        placeholder={"+14155550100\n+14155550101, Ada Brennan"}
        minRows={text === "" ? 3 : 6}
        maxRows={10}
        autosize
        spellCheck={false}
        value={text}
        onChange={({ currentTarget: { value } }) => onText(value)}
      />
      {fault && <FormFault title={fault.title}>{fault.detail}</FormFault>}
      {looking !== null && (
        <Group role="status" gap="sm" wrap="nowrap">
          <Loader size="sm" aria-hidden />
          <Text size="sm" className="rf-wrap" lineClamp={2}>
            Opening {looking}
          </Text>
        </Group>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button disabled={text.trim() === ""} loading={looking !== null && text !== ""} onClick={onPasted}>
          Continue
        </Button>
      </Group>
    </>
  );
}
