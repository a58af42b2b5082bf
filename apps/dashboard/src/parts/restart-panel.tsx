import { Alert, Anchor, Button, Group, Text } from "@mantine/core";
import { IconPlayerPause } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import { ask } from "../api/client.ts";
import { reads } from "../api/queries.ts";
import type { Campaign } from "../api/types.ts";
import { useSession } from "../session.ts";

/** Leads from a paused campaign back to calling: Activate, then Launch Calls. */
export function RestartPanel({ campaign }: { campaign: Campaign }) {
  const { may } = useSession();
  const client = useQueryClient();
  const activate = useMutation({
    mutationFn: () => ask<Campaign>("PATCH", `/v1/campaigns/${campaign.id}`, { body: { status: "active" } }),
    onSuccess: (changed) => {
      client.setQueryData(reads.campaign(campaign.id).queryKey, changed);
      void client.invalidateQueries();
    },
  });
  return (
    <Alert color="yellow" variant="light" icon={<IconPlayerPause />} title="The campaign is paused: nobody is dialled">
      <Text size="sm" mb="xs">
        To call again: first activate it, then launch the calls. Nobody is dialled by activating alone.
      </Text>
      {may("operator") ? (
        <Group gap="xs">
          <Button size="sm" onClick={() => activate.mutate()} loading={activate.isPending}>
            Activate
          </Button>
          <Text size="sm">
            then Launch Calls on{" "}
            <Anchor component={Link} href={`/campaigns/${campaign.id}`} size="sm" c="inherit" underline="always">
              the campaign
            </Anchor>
          </Text>
        </Group>
      ) : (
        <Text size="sm">This needs a key of role operator.</Text>
      )}
      {activate.isError && (
        <Text role="alert" size="sm" mt="xs">
          Not activated: {activate.error.message}. Try again.
        </Text>
      )}
    </Alert>
  );
}
