import { Group, Progress, Stack, Text } from "@mantine/core";
import { CANCELLED_BY_USER } from "@ringfence/domain";
import { useQuery } from "@tanstack/react-query";
import { reads } from "../../api/queries.ts";
import { count } from "../../parts/format.ts";

const MOST_SHOWN = 8;

/** Why calls of a campaign failed, the most frequent reasons first. Cancelled calls did not fail by themselves. */
export function Reasons({ campaignId }: { campaignId: string }) {
  const { data: reasons = [] } = useQuery(reads.reasons("campaigns", campaignId));
  const failed = reasons.filter(({ call_status, reason }) => call_status === "failed" && reason !== CANCELLED_BY_USER);
  if (failed.length === 0) return null;
  const most = Math.max(...failed.map(({ calls }) => calls));
  const rest = failed.slice(MOST_SHOWN).reduce((sum, { calls }) => sum + calls, 0);
  return (
    <Stack gap={6}>
      <Text size="sm" fw={600}>
        Failed by reason
      </Text>
      {failed.slice(0, MOST_SHOWN).map(({ reason, calls }) => (
        <Group key={reason} gap="sm" wrap="nowrap">
          <Text size="sm" className="rf-wrap" w={{ base: 150, sm: 260 }} style={{ flexShrink: 0 }} lineClamp={2}>
            {reason ?? "no reason given"}
          </Text>
          <Progress value={(calls / most) * 100} color="red" size="sm" flex={1} aria-label={`${reason}: ${calls}`} />
          <Text size="sm" w={70} ta="right">
            {count(calls)}
          </Text>
        </Group>
      ))}
      {rest > 0 && (
        <Text size="sm" c="dimmed">
          and {count(rest)} for other reasons
        </Text>
      )}
    </Stack>
  );
}
