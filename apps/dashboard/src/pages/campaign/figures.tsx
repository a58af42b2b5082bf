import { Card, Group, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { toldToPeople } from "@ringfence/domain";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { reads } from "../../api/queries.ts";
import type { Campaign } from "../../api/types.ts";
import { CallBar } from "../../parts/call-bar.tsx";
import { count, share } from "../../parts/format.ts";
import { Swatch } from "../../parts/swatch.tsx";
import type { CALL_COLORS } from "../../theme.ts";
import { failuresOf } from "./failures.ts";

/** Most reasons shown by name; the rest is one sum. */
const MOST_REASONS = 4;

/** The figures of a campaign; cancelled calls are counted apart from failed calls. */
export function Figures({ campaign }: { campaign: Campaign }) {
  const { completed_calls, failed_calls, cancelled_calls, in_progress_calls, pending_calls } = campaign;
  const calls = completed_calls + failed_calls + in_progress_calls + pending_calls;
  const ended = completed_calls + failed_calls - cancelled_calls;
  return (
    <Stack gap="sm" component="section" aria-label="Figures">
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm">
        <Figure label="Candidates" value={campaign.candidates} />
        <Figure label="Undialled" value={campaign.undialed_candidates} note="neither dialled nor pending" />
        <Figure
          label="In progress"
          kind="in_progress"
          value={in_progress_calls}
          note={pending_calls > 0 ? `${count(pending_calls)} pending` : "none pending"}
        />
        <Figure
          label="Reached"
          kind="completed"
          value={completed_calls}
          note={ended > 0 ? `${share(completed_calls, ended)} of calls that ended` : "calls completed"}
        />
        <Figure label="Failed" kind="failed" value={failed_calls - cancelled_calls} note="without the cancelled" />
        <Figure label="Cancelled" kind="cancelled" value={cancelled_calls} note="stopped before dialling" />
      </SimpleGrid>
      {calls > 0 && <CallBar counts={campaign} size={12} label="All calls of the campaign" />}
      {failed_calls > cancelled_calls && <Reasons campaignId={campaign.id} failed={failed_calls - cancelled_calls} />}
    </Stack>
  );
}

function Figure(props: { label: string; value: number; note?: ReactNode; kind?: keyof typeof CALL_COLORS }) {
  const { label, value, note, kind } = props;
  return (
    <Card withBorder padding="md">
      <Group gap={6} wrap="nowrap">
        {kind && <Swatch kind={kind} />}
        <Text size="sm" c="dimmed">
          {label}
        </Text>
      </Group>
      <Text fz={26} fw={650} lh={1.25}>
        {count(value)}
      </Text>
      {note && (
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      )}
    </Card>
  );
}

function Reasons({ campaignId, failed }: { campaignId: string; failed: number }) {
  const reasons = useQuery(reads.reasons("campaigns", campaignId));
  if (reasons.isPending) return <Skeleton h={22} maw={420} />;
  if (!reasons.data)
    return (
      <Text size="sm" c="dimmed">
        Why calls failed is not known at the moment: {reasons.error?.message}.
      </Text>
    );
  const { named, others } = failuresOf(reasons.data, MOST_REASONS, failed);
  const told = named.map(({ reason, calls }) => ({ ...toldToPeople(reason), calls }));
  const remedies = new Set(told.flatMap(({ remedy }) => remedy ?? []));
  return (
    <>
      <Group gap="xs" component="ul" m={0} p={0} style={{ listStyle: "none" }} aria-label="Why calls failed">
        <Text size="sm" c="dimmed" component="li">
          Failed by reason:
        </Text>
        {told.map(({ text, calls }) => (
          <Text size="sm" component="li" key={text} className="rf-wrap">
            {text} <b>{count(calls)}</b>
          </Text>
        ))}
        {others > 0 && (
          <Text size="sm" component="li">
            other reasons <b>{count(others)}</b>
          </Text>
        )}
      </Group>
      {[...remedies].map((remedy) => (
        <Text size="sm" key={remedy}>
          {remedy}.
        </Text>
      ))}
    </>
  );
}
