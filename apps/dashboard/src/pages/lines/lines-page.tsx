import { Alert, Button, Card, Progress, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconHandStop, IconPlugConnectedX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/client.ts";
import { reads } from "../../api/queries.ts";
import type { Lines } from "../../api/types.ts";
import { usePollInterval } from "../../live/connection.ts";
import { useLive } from "../../live/use-live.ts";
import { blockedInWords, heldInWords } from "../../parts/blocked-words.ts";
import { Failure } from "../../parts/failure.tsx";
import { faultElsewhere } from "../../parts/faults.ts";
import { ago, count, counted, moment } from "../../parts/format.ts";
import { PageTitle } from "../../parts/page-title.tsx";
import { useNow } from "../../parts/use-now.ts";
import { useSession } from "../../session.ts";
import { LinesForm } from "./lines-form.tsx";

const MINUTE_MS = 60_000;

/** The lines that all campaigns share: how many are in use, how fast they are filled, and what holds them. */
export function LinesPage() {
  useLive({});
  const { may } = useSession();
  const lines = useQuery({ ...reads.lines(), refetchInterval: usePollInterval() });
  return (
    <Stack>
      <PageTitle title="Lines" />
      <Text size="sm" c="dimmed" maw="70ch">
        A line carries one call. All campaigns share the lines; batches take turns.
      </Text>
      {lines.data ? (
        <>
          <Standstill lines={lines.data} />
          {lines.data.held && <Held held={lines.data.held} />}
          <Figures lines={lines.data} />
          {may("admin") && <LinesForm lines={lines.data} />}
        </>
      ) : lines.isError ? (
        <Failure what="The lines" error={lines.error} onRetry={() => void lines.refetch()} />
      ) : (
        <Stack role="status" aria-busy aria-label="Loading the lines">
          <Skeleton h={140} />
          <Skeleton h={220} />
        </Stack>
      )}
    </Stack>
  );
}

/** What blocks dialling, except a hold, which has a note of its own. */
function Standstill({ lines }: { lines: Lines }) {
  const blocked = lines.blocked_by === "held" ? null : blockedInWords(lines);
  if (!blocked) return null;
  return (
    <Alert role="alert" color="red" variant="light" icon={<IconPlugConnectedX />} title={blocked.title}>
      {blocked.detail}
    </Alert>
  );
}

function Held({ held: { reason, since } }: { held: NonNullable<Lines["held"]> }) {
  const { may } = useSession();
  const client = useQueryClient();
  const now = useNow(MINUTE_MS);
  const resume = useMutation({
    mutationFn: () => api.POST("/v1/lines/resume"),
    onSuccess: (lines) => client.setQueryData(reads.lines().queryKey, lines),
    onSettled: () => client.invalidateQueries(),
  });
  return (
    <Alert role="alert" color="red" variant="light" icon={<IconHandStop />} title="All dialling is held">
      <Stack gap="xs" align="flex-start">
        <Text size="sm" className="rf-wrap">
          {heldInWords(reason)}
        </Text>
        <Text size="sm" title={moment(since)}>
          Since {moment(since)} ({ago(since, now)}). Calls in progress go on; pending calls wait and lose nothing. One
          call is tried now and then, and lifts the hold if Retell takes it.
        </Text>
        {may("admin") ? (
          <Button size="sm" onClick={() => resume.mutate()} loading={resume.isPending}>
            Resume dialling
          </Button>
        ) : (
          <Text size="sm">Resuming it now needs a key of role admin.</Text>
        )}
        {resume.isError && (
          <Text role="alert" size="sm">
            Not resumed. {faultElsewhere(resume.error, [])}
          </Text>
        )}
      </Stack>
    </Alert>
  );
}

function Figures({ lines }: { lines: Lines }) {
  const { limit, in_use, waiting, workers, calls_per_second: pace } = lines;
  return (
    <Stack gap="sm" component="section" aria-label="Figures">
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm">
        <Figure
          label="In use"
          value={`${count(in_use)} of ${count(limit)}`}
          note="calls in progress, over all workers"
        />
        <Figure label="Waiting" value={count(waiting)} note="pending calls of open batches" />
        <Figure
          label="Pace"
          value={pace === 0 ? "No limit" : `${pace} a second`}
          note={pace === 0 ? "free lines are filled immediately" : "most dials, over all workers"}
        />
        <Figure
          label="Workers"
          value={workers === 0 ? "None" : count(workers)}
          note={workers === 0 ? "calls wait until a worker runs" : "processes that dial, alive now"}
        />
      </SimpleGrid>
      <Progress.Root size={12} role="img" aria-label={`${counted(in_use, "line")} of ${count(limit)} in use`}>
        <Progress.Section
          value={Math.min(100, (in_use / limit) * 100)}
          color={in_use > limit ? "orange.6" : "blue.6"}
          withAria={false}
        />
      </Progress.Root>
      {in_use > limit && (
        <Text size="sm">
          The limit was lowered: {counted(in_use - limit, "call")} more than it allows end by themselves. Nobody new is
          dialled until then.
        </Text>
      )}
    </Stack>
  );
}

function Figure({ label, value, note }: { label: string; value: string; note: string }) {
  return (
    <Card withBorder padding="md">
      <Title order={2} size="sm" fw={400} c="dimmed">
        {label}
      </Title>
      <Text fz={26} fw={650} lh={1.25}>
        {value}
      </Text>
      <Text size="xs" c="dimmed">
        {note}
      </Text>
    </Card>
  );
}
