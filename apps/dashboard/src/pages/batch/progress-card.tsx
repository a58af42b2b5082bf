import { Card, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { reads } from "../../api/queries.ts";
import type { Batch } from "../../api/types.ts";
import { usePollInterval } from "../../live/connection.ts";
import { CallBar, segmentsOf } from "../../parts/call-bar.tsx";
import { count, duration, roughly, share } from "../../parts/format.ts";
import { Swatch } from "../../parts/swatch.tsx";
import { useNow } from "../../parts/use-now.ts";
import { Finishing } from "./finishing.tsx";
import { endedCalls, paceOf, remember, type Sample } from "./pace.ts";
import { WhyWaiting } from "./why-waiting.tsx";

/** "Call Progress": the batch at a glance. */
export function ProgressCard({ batch }: { batch: Batch }) {
  const { data: lines } = useQuery({ ...reads.lines(), refetchInterval: usePollInterval() });
  const isOver = batch.completed_at !== null;
  const now = useNow(isOver ? null : 1_000);
  const { perMinute, leftMs } = paceOf(batch, useSamples(batch), now);
  const done = batch.completed_calls + batch.failed_calls;
  const elapsed = (isOver ? Date.parse(batch.completed_at!) : now) - Date.parse(batch.created_at);
  return (
    <Card withBorder padding="lg">
      <Stack gap="md">
        <Group justify="space-between" align="baseline">
          <Title order={2} size="h4">
            Call Progress
          </Title>
          <Text fw={700} size="xl">
            {share(done, batch.total_candidates)}
            <Text span size="sm" fw={400} c="dimmed">
              {" "}
              {isOver ? "Final figures" : `${count(done)} of ${count(batch.total_candidates)} done`}
            </Text>
          </Text>
        </Group>
        <CallBar counts={batch} size={28} label="Call progress" />
        <SimpleGrid cols={{ base: 2, xs: 3, md: 5 }} spacing="sm" component="dl" m={0}>
          {segmentsOf(batch).map(({ kind, label, calls }) => (
            <div key={kind}>
              <Group component="dt" gap={6}>
                <Swatch kind={kind} />
                <Text size="sm">{label}</Text>
              </Group>
              <Text component="dd" m={0} fw={650} size="lg">
                {count(calls)}
              </Text>
            </div>
          ))}
        </SimpleGrid>
        <Group gap="xl" component="dl" m={0}>
          <Fact
            name="lines in use"
            value={lines ? `${count(batch.in_progress_calls)} of ${count(lines.limit)}` : "-"}
          />
          <Fact name="calls a minute" value={perMinute === null ? "-" : perMinute.toFixed(perMinute < 10 ? 1 : 0)} />
          {!isOver && <Fact name="time to finish" value={leftMs === null ? "-" : roughly(leftMs)} />}
          <Fact name={isOver ? "took" : "running for"} value={duration(elapsed)} />
        </Group>
        {batch.status === "cancelled" && !isOver && <Finishing batch={batch} />}
        {batch.status === "in_progress" && lines && <WhyWaiting batch={batch} lines={lines} />}
      </Stack>
    </Card>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <Text component="dt" size="sm" c="dimmed">
        {name}
      </Text>
      <Text component="dd" m={0} fw={600}>
        {value}
      </Text>
    </div>
  );
}

/** What the page saw of the batch in the last minute. */
function useSamples(batch: Batch): Sample[] {
  const [samples, setSamples] = useState<Sample[]>([]);
  const ended = endedCalls(batch);
  const last = useRef(0);
  useEffect(() => {
    const at = Date.now();
    if (at - last.current < 1_000) return;
    last.current = at;
    setSamples((old) => remember(old, { at, ended }));
  }, [ended]);
  return samples;
}
