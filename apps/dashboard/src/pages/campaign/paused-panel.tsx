import { Alert, Button, Group, Text, ThemeIcon } from "@mantine/core";
import { IconPlayerPause } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/client.ts";
import { reads } from "../../api/queries.ts";
import type { Campaign } from "../../api/types.ts";
import { faultElsewhere } from "../../parts/faults.ts";
import { useSession } from "../../session.ts";

/** Leads from a paused campaign back to calling, step by step. `onActive` is called when the first step is done. */
export function PausedPanel({ campaign, onActive }: { campaign: Campaign; onActive: () => void }) {
  const { may } = useSession();
  const client = useQueryClient();
  const activate = useMutation({
    mutationFn: () =>
      api.PATCH("/v1/campaigns/{id}", { params: { path: { id: campaign.id } }, body: { status: "active" } }),
    onSuccess: (changed) => {
      client.setQueryData(reads.campaign(campaign.id).queryKey, changed);
      onActive();
    },
    onSettled: () => client.invalidateQueries(),
  });
  return (
    <Alert color="yellow" variant="light" icon={<IconPlayerPause />} title="The campaign is paused: nobody is dialled">
      {may("operator") ? (
        <>
          <Text size="sm" mb="sm">
            To call again, take two steps. Activating alone dials nobody.
          </Text>
          <Group component="ol" gap="lg" m={0} p={0} style={{ listStyle: "none" }}>
            <Group component="li" gap="xs">
              <Step number={1} />
              <Button size="sm" onClick={() => activate.mutate()} loading={activate.isPending}>
                Activate
              </Button>
            </Group>
            <Group component="li" gap="xs">
              <Step number={2} />
              <Text size="sm" fw={600}>
                Launch Calls
              </Text>
            </Group>
          </Group>
        </>
      ) : (
        <Text size="sm">Starting it again needs a key of role operator.</Text>
      )}
      {activate.isError && (
        <Text role="alert" size="sm" mt="xs">
          Not activated. {faultElsewhere(activate.error, [])} Try again.
        </Text>
      )}
    </Alert>
  );
}

const Step = ({ number }: { number: number }) => (
  <ThemeIcon radius="xl" size="sm" variant="default" fz="xs" fw={700}>
    {number}
  </ThemeIcon>
);
