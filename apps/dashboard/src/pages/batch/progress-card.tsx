import { Alert, Anchor, Badge, Card, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { paceInWords, roughly } from "@ringfence/domain";
import { IconClockPause, IconHandStop } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { reads } from "../../api/queries.ts";
import type { Batch, Lines } from "../../api/types.ts";
import { usePollInterval } from "../../live/connection.ts";
import { CallBar } from "../../parts/call-bar.tsx";
import { count, duration, moment, share } from "../../parts/format.ts";
import { Finishing } from "./finishing.tsx";
import { Legend } from "./legend.tsx";
import { usePace } from "./use-pace.ts";
import { type Waiting, whyWaiting } from "./why-waiting.ts";

/** The progress and pace of a batch and, once its last call has ended, its final figures. While it is held it has no pace, and another note says why. */
export function ProgressCard({ batch, held }: { batch: Batch; held: boolean }) {
  const { data: lines } = useQuery({ ...reads.lines(), refetchInterval: usePollInterval() });
  const final = batch.completed_at !== null;
  const waiting = lines && !held ? whyWaiting(batch, lines) : null;
  const isBlocked = held || waiting?.kind === "blocked";
  return (
    <Card withBorder component="section" aria-labelledby="call-progress" padding="lg">
      <Stack gap="md">
        <Group justify="space-between" align="baseline" gap="xs">
          <Group gap="sm" align="center">
            <Title order={2} size="h4" id="call-progress">
              Call Progress
            </Title>
            {final && (
              <Badge tt="none" variant="light" color="teal" style={{ "--badge-color": "var(--mantine-color-text)" }}>
                Final figures
              </Badge>
            )}
            {batch.status === "cancelled" && !final && <Finishing batch={batch} />}
          </Group>
          <Text fz={32} fw={700} lh={1}>
            {share(batch.completed_calls + batch.failed_calls, batch.total_candidates)}
            <Text span size="sm" c="dimmed" ml={6}>
              done
            </Text>
          </Text>
        </Group>
        <CallBar counts={batch} size={28} label="Call progress" />
        <Legend counts={batch} />
        {waiting && <WaitingNote waiting={waiting} />}
        {final ? <Times batch={batch} /> : <Speed batch={batch} lines={lines} isBlocked={isBlocked} />}
      </Stack>
    </Card>
  );
}

/** While dialling is blocked, rate and time to finish mean nothing; the note above says why. */
function Speed({ batch, lines, isBlocked }: { batch: Batch; lines: Lines | undefined; isBlocked: boolean }) {
  const pace = usePace(batch, isBlocked);
  const going = batch.status === "in_progress";
  return (
    <SimpleGrid cols={{ base: 2, xs: 3 }} spacing="md">
      <Figure label="Lines in use" value={lines ? `${count(lines.in_use)} of ${count(lines.limit)}` : "..."} />
      {!isBlocked && (
        <>
          <Figure
            label="Calls a minute"
            value={going ? (pace ? paceInWords(pace.callsPerMinute) : "measuring") : "no new calls"}
          />
          <Figure
            label="Time to finish"
            value={going ? (pace?.msLeft != null ? roughly(pace.msLeft) : "not known yet") : "as the last calls end"}
          />
        </>
      )}
    </SimpleGrid>
  );
}

function Times({ batch }: { batch: Batch }) {
  const ended = batch.completed_at!;
  return (
    <SimpleGrid cols={{ base: 2, xs: 3 }} spacing="md">
      <Figure label="Started" value={moment(batch.created_at)} />
      <Figure label="Last call ended" value={moment(ended)} />
      <Figure label="Took" value={duration(Date.parse(ended) - Date.parse(batch.created_at))} />
    </SimpleGrid>
  );
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fw={600}>{value}</Text>
    </div>
  );
}

function WaitingNote({ waiting }: { waiting: Waiting }) {
  if (waiting.kind === "turn") {
    return (
      <Group gap={8} wrap="nowrap" align="flex-start">
        <IconClockPause size={18} aria-hidden style={{ flexShrink: 0, marginTop: 1 }} />
        <Text size="sm">
          <b>{waiting.title}.</b> {waiting.detail}
        </Text>
      </Group>
    );
  }
  return (
    <Alert
      role="note"
      py="xs"
      variant="light"
      color="red"
      icon={<IconHandStop />}
      title={waiting.title}
      styles={{ title: { color: "var(--mantine-color-text)" } }}
    >
      {waiting.detail}{" "}
      <Anchor component={Link} href="/lines" inherit c="inherit" underline="always">
        To the lines
      </Anchor>
    </Alert>
  );
}
