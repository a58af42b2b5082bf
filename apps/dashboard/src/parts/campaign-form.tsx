import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { reads } from "../api/queries.ts";
import { ChoiceField } from "./choice-field.tsx";
import { faultAt, faultElsewhere } from "./faults.ts";
import { FormFault } from "./form-fault.tsx";

/** The editable fields of a campaign. `agent` may be empty. */
export interface CampaignFields {
  name: string;
  from: string;
  agent: string;
}

const FIELDS = ["name", "from_number", "agent_id"];

/**
 * The fields of a campaign, new or changed; a fault found by the API is shown at its field. Numbers and agents of the Retell account are
 * suggested; while Retell is away the fields are plain inputs.
 */
export function CampaignForm(props: {
  initial: CampaignFields;
  submit: string;
  refusal: string;
  note?: string;
  pending: boolean;
  error: unknown;
  onSubmit: (fields: CampaignFields) => void;
  onCancel: () => void;
}) {
  const { initial, submit, refusal, note, pending, error, onSubmit, onCancel } = props;
  const [fields, setFields] = useState(initial);
  const change = (part: Partial<CampaignFields>) => setFields((old) => ({ ...old, ...part }));
  const { data: numbers = [] } = useQuery(reads.retellNumbers());
  const { data: agents = [] } = useQuery(reads.retellAgents());
  const elsewhere = faultElsewhere(error, FIELDS);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!pending) onSubmit({ name: fields.name.trim(), from: fields.from.trim(), agent: fields.agent.trim() });
  };
  return (
    <form onSubmit={send} noValidate>
      <Stack>
        <TextInput
          label="Name"
          required
          data-autofocus
          maxLength={200}
          value={fields.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
          error={faultAt(error, "name")}
        />
        <ChoiceField
          label="From number"
          required
          type="tel"
          placeholder="+14155550100"
          description="The number that people see, with + and country code. It must belong to your Retell account."
          value={fields.from}
          onChange={(from) => change({ from })}
          choices={numbers.map(({ phone_number, nickname }) => ({ value: phone_number, name: nickname }))}
          error={faultAt(error, "from_number")}
        />
        <ChoiceField
          label="Agent"
          placeholder="agent_…"
          description="Optional. Without one, Retell uses the agent of the number."
          spellCheck={false}
          value={fields.agent}
          onChange={(agent) => change({ agent })}
          choices={agents.map(({ agent_id, name }) => ({ value: agent_id, name }))}
          error={faultAt(error, "agent_id")}
        />
        {note && <Text size="sm">{note}</Text>}
        {elsewhere && <FormFault title={refusal}>{elsewhere}</FormFault>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={pending}>
            {submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
