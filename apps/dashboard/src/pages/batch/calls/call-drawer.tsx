import { Anchor, Drawer, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { toldToPeople } from "@ringfence/domain";
import { IconExternalLink } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { reads } from "../../../api/queries.ts";
import type { Call } from "../../../api/types.ts";
import { usePollInterval } from "../../../live/connection.ts";
import { Failure } from "../../../parts/failure.tsx";
import { duration, moment } from "../../../parts/format.ts";
import { StatusBadge } from "../../../parts/status-badge.tsx";
import { useNow } from "../../../parts/use-now.ts";
import { useSession } from "../../../session.ts";
import { analysisOf, kindOf, PLACED_IN_WORDS, reasonInWords, reasonOf, recordingOf, stepsOf } from "./call-words.ts";

const TICK_MS = 1_000;

/** One call beside the table: its timeline, its outcome, and its summary. */
export function CallDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  return (
    <Drawer
      opened={id !== null}
      onClose={onClose}
      position="right"
      size="md"
      title="Call"
      closeButtonProps={{ "aria-label": "Close" }}
      transitionProps={{ duration: 120 }}
      // A dialog's header is not the banner of the page.
      attributes={{ header: { role: "none" } }}
    >
      {id && <Details id={id} />}
    </Drawer>
  );
}

function Details({ id }: { id: string }) {
  const call = useQuery({ ...reads.call(id), refetchInterval: usePollInterval() });
  if (call.data) return <Loaded call={call.data} />;
  if (call.isError) return <Failure what="The call" error={call.error} onRetry={() => void call.refetch()} />;
  return <Skeleton h={320} role="status" aria-label="Loading the call" />;
}

function Loaded({ call }: { call: Call }) {
  const { may } = useSession();
  const reason = reasonOf(call);
  const recording = recordingOf(call);
  const { summary, sentiment } = analysisOf(call.analysis);
  return (
    <Stack gap="lg">
      <div>
        <Group gap="sm">
          <Title order={3} size="h4" className="rf-wrap">
            {call.name ?? call.phone_number}
          </Title>
          <StatusBadge status={kindOf(call)} />
        </Group>
        {call.name && <Text c="dimmed">{call.phone_number}</Text>}
      </div>
      <Steps call={call} />
      <dl style={{ margin: 0, display: "grid", gap: 12 }}>
        {reason && (
          <Fact label="Outcome">
            {reasonInWords(reason)}
            {reasonInWords(reason) !== reason && (
              <Text size="sm" c="dimmed" className="rf-wrap">
                {reason}
              </Text>
            )}
            {toldToPeople(reason).remedy && <Text size="sm">{toldToPeople(reason).remedy}.</Text>}
          </Fact>
        )}
        <Fact label="Did the phone ring?">{PLACED_IN_WORDS[call.placed]}</Fact>
        {call.duration_ms !== null && <Fact label="Duration">{duration(call.duration_ms)}</Fact>}
        {call.retell_call_id && <Fact label="Retell id">{call.retell_call_id}</Fact>}
        {sentiment && <Fact label="Mood">{sentiment}</Fact>}
        {summary && <Fact label="Summary">{summary}</Fact>}
      </dl>
      <Stack gap="xs" align="flex-start">
        {recording && (
          <Anchor href={recording} target="_blank" rel="noreferrer noopener">
            Recording <IconExternalLink size={14} aria-label="opens in a new tab" />
          </Anchor>
        )}
        {may("operator") && <Anchor href={`/queues/queue/calls/${call.id}`}>Job on the queue</Anchor>}
      </Stack>
    </Stack>
  );
}

function Steps({ call }: { call: Call }) {
  const steps = stepsOf(call);
  const live = call.call_status === "in_progress";
  const now = useNow(live ? TICK_MS : null);
  return (
    <section aria-label="What happened">
      <ol className="rf-steps">
        {steps.map(({ label, at, gapMs }) => (
          <li key={label}>
            <Group justify="space-between" gap={4}>
              <Text fw={600} component="span">
                {label}
              </Text>
              <Text size="sm" component="span">
                {moment(at)}
              </Text>
            </Group>
            {gapMs !== null && (
              <Text size="sm" c="dimmed">
                {gap(gapMs)}
              </Text>
            )}
          </li>
        ))}
        {live && (
          <li>
            <Text fw={600}>Going on for {duration(now - Date.parse(call.claimed_at ?? call.created_at))}</Text>
          </li>
        )}
      </ol>
    </section>
  );
}

const gap = (ms: number): string => (ms < 1_000 ? `${ms} ms later` : `${duration(ms)} later`);

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <Text component="dt" size="sm" c="dimmed">
        {label}
      </Text>
      <dd className="rf-wrap" style={{ margin: 0 }}>
        {children}
      </dd>
    </div>
  );
}
