import { Group, Text } from "@mantine/core";
import { Link } from "wouter";
import type { Campaign } from "../../api/types.ts";
import { CallBar, segmentsOf } from "../../parts/call-bar.tsx";
import { count, counted } from "../../parts/format.ts";
import { StatusBadge } from "../../parts/status-badge.tsx";
import classes from "./campaign-list.module.css";

/** Campaigns as rows, at phone width as cards; each links to its page. */
export function CampaignList({ campaigns }: { campaigns: Campaign[] }) {
  return (
    <ul className={classes.list} aria-label="Campaigns">
      {campaigns.map((campaign) => (
        <Row key={campaign.id} campaign={campaign} />
      ))}
    </ul>
  );
}

function Row({ campaign }: { campaign: Campaign }) {
  const { completed_calls, failed_calls, pending_calls, in_progress_calls } = campaign;
  const calls = completed_calls + failed_calls + pending_calls + in_progress_calls;
  return (
    <li className={classes.row}>
      <div className={classes.what}>
        <Link href={`/campaigns/${campaign.id}`} className={`${classes.name} rf-wrap`}>
          {campaign.name}
        </Link>
        <Group gap={8}>
          <StatusBadge status={campaign.status} />
          {campaign.open_batches > 0 && (
            <Text size="sm" span>
              {counted(campaign.open_batches, "open batch", "open batches")}
            </Text>
          )}
        </Group>
      </div>
      <div className={classes.calls}>
        {calls === 0 ? (
          <Text size="sm" c="dimmed">
            No calls yet
          </Text>
        ) : (
          <>
            <CallBar counts={campaign} size={8} label={`Calls of ${campaign.name}`} />
            <Text size="sm" c="dimmed" mt={6}>
              {segmentsOf(campaign)
                .filter((segment) => segment.calls > 0)
                .map((segment) => `${count(segment.calls)} ${segment.label}`)
                .join(" · ")}
            </Text>
          </>
        )}
      </div>
      <dl className={classes.figures}>
        <div>
          <dt>Candidates</dt>
          <dd>{count(campaign.candidates)}</dd>
        </div>
        <div>
          <dt>Undialled</dt>
          <dd>{count(campaign.undialed_candidates)}</dd>
        </div>
      </dl>
    </li>
  );
}
