import { Card, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { reads } from "../../api/queries.ts";
import { useLive } from "../../live/use-live.ts";
import { AuditList } from "../../parts/audit-list.tsx";
import { Failure } from "../../parts/failure.tsx";
import { PageTitle } from "../../parts/page-title.tsx";

const ASK_EVERY_MS = 10_000;

/** Who did what when, over all campaigns, lines and keys. */
export function ActivityPage() {
  useLive({});
  const audit = useQuery({ ...reads.audit(null), refetchInterval: ASK_EVERY_MS });
  return (
    <Stack>
      <PageTitle title="Activity" />
      {audit.isError && !audit.data && (
        <Failure what="The activity" error={audit.error} onRetry={() => void audit.refetch()} />
      )}
      {audit.isPending && <Skeleton h={300} aria-label="Loading the activity" />}
      {audit.data && (
        <Card withBorder padding="lg">
          {audit.data.length === 0 ? (
            <Text>Nobody has done anything yet.</Text>
          ) : (
            <AuditList entries={audit.data} withCampaign />
          )}
        </Card>
      )}
    </Stack>
  );
}
