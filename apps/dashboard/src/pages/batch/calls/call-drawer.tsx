import { Anchor, Code, CopyButton, Drawer, Group, Skeleton, Stack, Text, Timeline, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { reads } from "../../../api/queries.ts";
import type { Call } from "../../../api/types.ts";
import { usePollInterval } from "../../../live/connection.ts";
import { Failure } from "../../../parts/failure.tsx";
import { duration, moment } from "../../../parts/format.ts";
import { StatusBadge } from "../../../parts/status-badge.tsx";
import { useSession } from "../../../session.ts";
import { analysisOf, placedWords, reasonOf, safeLink, statusOf, timelineOf } from "./call-words.ts";

/** What happened to one call, step by step. */
export function CallDrawer({ callId, onClose }: { callId: string | null; onClose: () => void }) {
  // While it slides away it still shows what it showed.
  const [shown, setShown] = useState(callId);
  if (callId !== null && callId !== shown) setShown(callId);
  return (
    <Drawer
      opened={callId !== null}
      onClose={onClose}
      position="right"
      size="md"
      title="Call"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {shown && <Contents id={shown} />}
    </Drawer>
  );
}

function Contents({ id }: { id: string }) {
  const call = useQuery({ ...reads.call(id), refetchInterval: usePollInterval() });
  if (call.isError && !call.data)
    return <Failure what="The call" error={call.error} onRetry={() => void call.refetch()} />;
  if (!call.data) return <Skeleton h={320} aria-label="Loading the call" />;
  return <Details call={call.data} />;
}

function Details({ call }: { call: Call }) {
  const { may } = useSession();
  const steps = timelineOf(call);
  const { summary, rest } = analysisOf(call.analysis);
  const recording = safeLink(call.recording_url);
  const facts: [string, string][] = [
    ["Reason", reasonOf(call) || "-"],
    ["Placed", placedWords[call.placed]],
    ["Duration", call.duration_ms === null ? "-" : duration(call.duration_ms)],
  ];
  return (
    <Stack gap="lg">
      <div>
        <Title order={2} size="h3" className="rf-wrap">
          {call.name ?? "(no name)"}
        </Title>
        <Group gap="sm" mt={4}>
          <Text>{call.phone_number}</Text>
          <StatusBadge status={statusOf(call)} />
        </Group>
      </div>
      <Timeline active={steps.length - 1} bulletSize={16} lineWidth={2}>
        {steps.map(({ what, at, sinceMs }) => (
          <Timeline.Item key={what} title={what}>
            <Text size="sm" c="dimmed">
              {moment(at)}
              {sinceMs !== null && `, ${sinceMs < 1_000 ? `${sinceMs} ms` : duration(sinceMs)} later`}
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
      <Facts facts={facts} />
      {call.retell_call_id && (
        <div>
          <Text size="sm" c="dimmed">
            Retell's id
          </Text>
          <Group gap="xs">
            <Code className="rf-wrap">{call.retell_call_id}</Code>
            <CopyButton value={call.retell_call_id}>
              {({ copied, copy }) => (
                <Anchor component="button" size="sm" onClick={copy}>
                  {copied ? "Copied" : "Copy"}
                </Anchor>
              )}
            </CopyButton>
          </Group>
        </div>
      )}
      {recording && (
        <Anchor href={recording} target="_blank" rel="noopener noreferrer">
          Recording (opens at Retell)
        </Anchor>
      )}
      {summary && (
        <div>
          <Text size="sm" c="dimmed">
            Summary
          </Text>
          <Text className="rf-wrap">{summary}</Text>
        </div>
      )}
      {rest.length > 0 && <Facts facts={rest} />}
      {may("operator") && (call.call_status === "pending" || call.call_status === "in_progress") && (
        <Anchor href={`/queues/queue/calls/${call.id}`}>Its job on the queue</Anchor>
      )}
    </Stack>
  );
}

function Facts({ facts }: { facts: [string, string][] }) {
  return (
    <Stack component="dl" gap="xs" m={0}>
      {facts.map(([name, text]) => (
        <div key={name}>
          <Text component="dt" size="sm" c="dimmed">
            {name}
          </Text>
          <Text component="dd" m={0} className="rf-wrap">
            {text}
          </Text>
        </div>
      ))}
    </Stack>
  );
}
