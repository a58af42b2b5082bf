import { Stack, Text } from "@mantine/core";
import { useLive } from "../../live/use-live.ts";
import { AuditList } from "../../parts/audit-list.tsx";
import { PageTitle } from "../../parts/page-title.tsx";

const FIRST = 40;

/** Who did what when, over all campaigns, keys and lines. */
export function ActivityPage() {
  useLive({});
  return (
    <Stack>
      <PageTitle title="Activity" />
      <Text size="sm" c="dimmed">
        Who did what, by the name of their key; the newest first.
      </Text>
      <AuditList campaignId={null} first={FIRST} />
    </Stack>
  );
}
