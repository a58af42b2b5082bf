import { Alert, Text } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import type { SavedCampaign } from "../../api/types.ts";

const keyOf = (campaignId: string) => ["unverified", campaignId];

/** Remembers, for this tab, whether Retell knew the number and agent of a campaign when it was saved. */
export const noteSaved = (client: QueryClient, { id, unverified }: SavedCampaign): void => {
  client.setQueryData(keyOf(id), unverified === true);
};

/** Says that a campaign was saved although Retell could not confirm its number and agent, until it is saved again or dismissed. */
export function UnverifiedNote({ campaignId }: { campaignId: string }) {
  const client = useQueryClient();
  const { data: unverified } = useQuery<boolean>({
    queryKey: keyOf(campaignId),
    queryFn: () => client.getQueryData<boolean>(keyOf(campaignId)) ?? false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!unverified) return null;
  return (
    <Alert
      role="status"
      color="yellow"
      variant="light"
      icon={<IconInfoCircle />}
      styles={{ title: { color: "var(--mantine-color-text)" } }}
      title="Saved, but not checked at Retell"
      withCloseButton
      closeButtonLabel="Dismiss"
      onClose={() => client.setQueryData(keyOf(campaignId), false)}
    >
      <Text size="sm">
        Retell could not confirm that your account has this number and agent. Without them every call fails: look them
        up at Retell before you launch.
      </Text>
    </Alert>
  );
}
