import { Modal } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/client.ts";
import { reads } from "../../api/queries.ts";
import type { Campaign } from "../../api/types.ts";
import { type CampaignFields, CampaignForm } from "../../parts/campaign-form.tsx";
import { noteSaved } from "./unverified-note.tsx";

/** Changes a campaign's name, number and agent. */
export function EditCampaign(props: { campaign: Campaign; opened: boolean; onClose: () => void }) {
  const { campaign, opened, onClose } = props;
  return (
    <Modal opened={opened} onClose={onClose} title="Edit the campaign" centered>
      {opened && <Form campaign={campaign} onClose={onClose} />}
    </Modal>
  );
}

function Form({ campaign, onClose }: { campaign: Campaign; onClose: () => void }) {
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (fields: CampaignFields) =>
      api.PATCH("/v1/campaigns/{id}", { params: { path: { id: campaign.id } }, body: changes(campaign, fields) }),
    onSuccess: (changed) => {
      client.setQueryData(reads.campaign(campaign.id).queryKey, changed);
      noteSaved(client, changed);
      onClose();
    },
    onSettled: () => client.invalidateQueries(),
  });
  return (
    <CampaignForm
      initial={{ name: campaign.name, from: campaign.from_number, agent: campaign.agent_id ?? "" }}
      submit="Save"
      refusal="Not saved"
      note="Changes to number and agent apply from the next call, including calls that are pending."
      pending={save.isPending}
      error={save.error}
      onSubmit={save.mutate}
      onCancel={onClose}
    />
  );
}

/** Only changed fields are sent, so that another person's changes are not overwritten. */
function changes(campaign: Campaign, { name, from, agent }: CampaignFields) {
  return {
    ...(name !== campaign.name && { name }),
    ...(from !== campaign.from_number && { from_number: from }),
    ...(agent !== (campaign.agent_id ?? "") && { agent_id: agent === "" ? null : agent }),
  };
}
