import { Modal } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { api } from "../../api/client.ts";
import { reads } from "../../api/queries.ts";
import { type CampaignFields, CampaignForm } from "../../parts/campaign-form.tsx";
import { noteSaved } from "../campaign/unverified-note.tsx";

const NOTHING: CampaignFields = { name: "", from: "", agent: "" };

/** Asks for a new campaign, creates it and opens its page. */
export function NewCampaign({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="New campaign" centered>
      {opened && <Form onClose={onClose} />}
    </Modal>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const create = useMutation({
    mutationFn: ({ name, from, agent }: CampaignFields) =>
      api.POST("/v1/campaigns", {
        body: { name, from_number: from, ...(agent && { agent_id: agent }) },
      }),
    onSuccess: (campaign) => {
      client.setQueryData(reads.campaign(campaign.id).queryKey, campaign);
      noteSaved(client, campaign);
      navigate(`/campaigns/${campaign.id}`);
    },
    // Also after a failure: a request without an answer may have created the campaign.
    onSettled: () => client.invalidateQueries({ queryKey: reads.campaigns().queryKey }),
  });
  return (
    <CampaignForm
      initial={NOTHING}
      submit="Create"
      refusal="Not created"
      pending={create.isPending}
      error={create.error}
      onSubmit={create.mutate}
      onCancel={onClose}
    />
  );
}
