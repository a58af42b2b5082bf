import { Alert, Button, Group, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ask } from "../api/client.ts";
import { reads } from "../api/queries.ts";
import type { Campaign } from "../api/types.ts";
import { faultOf, otherFault } from "./field-faults.ts";

const FIELDS = ["name", "from_number", "agent_id"];

/** Creates a campaign or, given one, changes it. */
export function CampaignForm(props: {
  campaign?: Campaign;
  onDone: (campaign: Campaign) => void;
  onCancel: () => void;
}) {
  const { campaign, onDone, onCancel } = props;
  const [name, setName] = useState(campaign?.name ?? "");
  const [fromNumber, setFromNumber] = useState(campaign?.from_number ?? "");
  const [agentId, setAgentId] = useState(campaign?.agent_id ?? "");
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: () => {
      const agent = agentId.trim();
      return campaign
        ? ask<Campaign>("PATCH", `/v1/campaigns/${campaign.id}`, {
            body: { name, from_number: fromNumber, agent_id: agent || null },
          })
        : ask<Campaign>("POST", "/v1/campaigns", {
            body: { name, from_number: fromNumber, ...(agent && { agent_id: agent }) },
          });
    },
    onSuccess: (saved) => {
      client.setQueryData(reads.campaign(saved.id).queryKey, saved);
      void client.invalidateQueries({ queryKey: reads.campaigns().queryKey });
      void client.invalidateQueries({ queryKey: ["audit"] });
      onDone(saved);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate();
  };
  const other = otherFault(save.error, FIELDS);
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.currentTarget.value)}
          error={faultOf(save.error, "name")}
          data-autofocus
        />
        <TextInput
          label="From number"
          description="One of your numbers at Retell, international: +12025550199"
          value={fromNumber}
          onChange={(event) => setFromNumber(event.currentTarget.value)}
          error={faultOf(save.error, "from_number")}
          inputMode="tel"
        />
        <TextInput
          label="Agent"
          description="Optional: overrides the agent that Retell has for the number"
          value={agentId}
          maxLength={200}
          onChange={(event) => setAgentId(event.currentTarget.value)}
          error={faultOf(save.error, "agent_id")}
        />
        {other && (
          <Alert role="alert" color="red" variant="light">
            {other}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            {campaign ? "Save" : "Create"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
