import { Anchor, Group, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import type { Audit } from "../api/types.ts";
import { auditWords } from "./audit-words.ts";
import { moment } from "./format.ts";

/** Who did what when, the newest first. */
export function AuditList({ entries, withCampaign = false }: { entries: readonly Audit[]; withCampaign?: boolean }) {
  return (
    <Stack component="ol" gap="xs" m={0} p={0} style={{ listStyle: "none" }}>
      {entries.map((entry) => (
        <Group component="li" key={entry.id} justify="space-between" gap={4} align="baseline">
          <Text size="sm" className="rf-wrap">
            <b>{entry.actor}</b> {auditWords(entry)}
            {withCampaign && entry.campaign_id && (
              <>
                {" "}
                <Anchor component={Link} href={`/campaigns/${entry.campaign_id}`} size="sm" underline="always">
                  campaign
                </Anchor>
              </>
            )}
            {entry.batch_id && (
              <>
                {" "}
                <Anchor component={Link} href={`/batches/${entry.batch_id}`} size="sm" underline="always">
                  batch
                </Anchor>
              </>
            )}
          </Text>
          <Text size="sm" c="dimmed">
            {moment(entry.at)}
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
