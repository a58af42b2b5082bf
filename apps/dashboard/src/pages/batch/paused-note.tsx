import { Alert, Button, Group, Text } from "@mantine/core";
import { IconPlayerPlay, IconRocket } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import { api } from "../../api/client.ts";
import { wordsOf } from "../../api/errors.ts";
import { reads } from "../../api/queries.ts";
import type { Campaign } from "../../api/types.ts";
import { counted } from "../../parts/format.ts";
import { useSession } from "../../session.ts";

/** The next steps of a paused campaign: Activate, then Launch Calls. Renders nothing if the campaign was active all along. */
export function PausedNote({ campaign }: { campaign: Campaign }) {
  const client = useQueryClient();
  const { may } = useSession();
  const activate = useMutation({
    mutationFn: () =>
      api.PATCH("/v1/campaigns/{id}", { params: { path: { id: campaign.id } }, body: { status: "active" } }),
    onSuccess: (active) => {
      client.setQueryData(reads.campaign(campaign.id).queryKey, active);
      void client.invalidateQueries();
    },
  });
  const paused = campaign.status === "paused";
  if (!paused && !activate.isSuccess) return null;
  const left = campaign.undialed_candidates;
  return (
    <Alert
      role="note"
      color={paused ? "yellow" : "teal"}
      variant="light"
      styles={{ title: { color: "var(--mantine-color-text)" } }}
      title={paused ? "The campaign is paused" : "The campaign is active again"}
    >
      <Group justify="space-between" gap="sm">
        <Text size="sm">
          {left === 0
            ? "Nobody is left to call."
            : `${counted(left, "candidate")} ${left === 1 ? "is" : "are"} left to call. ${paused ? "Nothing can be launched until it is active." : "Nothing is dialled until you launch."}`}
          {activate.error && ` Not activated: ${wordsOf(activate.error)}. Try again.`}
        </Text>
        {may("operator") &&
          (paused ? (
            <Button
              color="teal.9"
              leftSection={<IconPlayerPlay size={18} aria-hidden />}
              loading={activate.isPending}
              onClick={() => activate.mutate()}
            >
              Activate
            </Button>
          ) : (
            left > 0 && (
              <Button
                component={Link}
                href={`/campaigns/${campaign.id}?launch=1`}
                leftSection={<IconRocket size={18} aria-hidden />}
              >
                Launch Calls
              </Button>
            )
          ))}
      </Group>
    </Alert>
  );
}
