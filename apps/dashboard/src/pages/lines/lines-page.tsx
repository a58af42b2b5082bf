import {
  Alert,
  Button,
  Card,
  Group,
  NumberInput,
  Progress,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ask } from "../../api/client.ts";
import { reads } from "../../api/queries.ts";
import type { Lines } from "../../api/types.ts";
import { usePollInterval } from "../../live/connection.ts";
import { useLive } from "../../live/use-live.ts";
import { Failure } from "../../parts/failure.tsx";
import { faultOf, otherFault } from "../../parts/field-faults.ts";
import { count, moment } from "../../parts/format.ts";
import { PageTitle } from "../../parts/page-title.tsx";
import { useSession } from "../../session.ts";

const MOST_LINES = 10_000;

/** The lines: how many calls may be in progress at once, how fast they are dialled, and what holds them. */
export function LinesPage() {
  useLive({});
  const { may } = useSession();
  const lines = useQuery({ ...reads.lines(), refetchInterval: usePollInterval() });
  return (
    <Stack>
      <PageTitle title="Lines" />
      {lines.isError && !lines.data && (
        <Failure what="The lines" error={lines.error} onRetry={() => void lines.refetch()} />
      )}
      {lines.isPending && <Skeleton h={220} aria-label="Loading the lines" />}
      {lines.data && (
        <>
          {lines.data.held && <Held held={lines.data.held} mayResume={may("admin")} />}
          <InUse lines={lines.data} />
          {may("admin") ? (
            <Change key={`${lines.data.limit} ${lines.data.calls_per_second}`} lines={lines.data} />
          ) : (
            <Text size="sm" c="dimmed">
              Changing the lines needs a key of role admin.
            </Text>
          )}
        </>
      )}
    </Stack>
  );
}

function InUse({ lines }: { lines: Lines }) {
  const facts = [
    ["in use", `${count(lines.in_use)} of ${count(lines.limit)}`],
    ["waiting", count(lines.waiting)],
    ["most dials a second", lines.calls_per_second === 0 ? "no limit" : String(lines.calls_per_second)],
    ["dialling", lines.held ? "held" : "going on"],
  ];
  return (
    <Card withBorder padding="lg">
      <Stack>
        <Progress
          value={Math.min(100, (lines.in_use / lines.limit) * 100)}
          size={20}
          aria-label={`${lines.in_use} of ${lines.limit} lines in use`}
        />
        <SimpleGrid cols={{ base: 2, sm: 4 }} component="dl" m={0}>
          {facts.map(([name, value]) => (
            <div key={name}>
              <Text component="dt" size="sm" c="dimmed">
                {name}
              </Text>
              <Text component="dd" m={0} fw={650} size="lg">
                {value}
              </Text>
            </div>
          ))}
        </SimpleGrid>
        {lines.in_use > lines.limit && (
          <Text size="sm">The limit was lowered: no new call is dialled until the calls above it have ended.</Text>
        )}
      </Stack>
    </Card>
  );
}

function Held({ held, mayResume }: { held: NonNullable<Lines["held"]>; mayResume: boolean }) {
  const client = useQueryClient();
  const resume = useMutation({
    mutationFn: () => ask<Lines>("POST", "/v1/lines/resume"),
    onSuccess: (lines) => client.setQueryData(reads.lines().queryKey, lines),
  });
  return (
    <Alert role="alert" color="red" variant="light" title="All dialling is held">
      <Stack gap="xs" align="flex-start">
        <Text size="sm" className="rf-wrap">
          {held.reason}. Since {moment(held.since)}. Ringfence tries by itself, ever more seldom, whether it can go on.
        </Text>
        {mayResume ? (
          <Button size="sm" color="red" loading={resume.isPending} onClick={() => resume.mutate()}>
            Resume now
          </Button>
        ) : (
          <Text size="sm">Resuming by hand needs a key of role admin.</Text>
        )}
        {resume.isError && <Text size="sm">Not resumed: {resume.error.message}. Try again.</Text>}
      </Stack>
    </Alert>
  );
}

function Change({ lines }: { lines: Lines }) {
  const [limit, setLimit] = useState<number | string>(lines.limit);
  const [pace, setPace] = useState<number | string>(lines.calls_per_second);
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: () =>
      ask<Lines>("PUT", "/v1/lines", { body: { limit: Number(limit), calls_per_second: Number(pace) } }),
    onSuccess: (changed) => client.setQueryData(reads.lines().queryKey, changed),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate();
  };
  const unchanged = Number(limit) === lines.limit && Number(pace) === lines.calls_per_second;
  const other = otherFault(save.error, ["limit", "calls_per_second"]);
  return (
    <Card withBorder padding="lg" component="section" aria-labelledby="change-heading">
      <form onSubmit={submit}>
        <Stack>
          <Title order={2} size="h4" id="change-heading">
            Change
          </Title>
          <Group align="flex-start">
            <NumberInput
              label="Limit"
              description="Calls in progress at once, over all workers"
              value={limit}
              onChange={setLimit}
              min={1}
              max={MOST_LINES}
              allowDecimal={false}
              error={faultOf(save.error, "limit")}
            />
            <NumberInput
              label="Most dials a second"
              description="Fractions allowed; 0 = no limit"
              value={pace}
              onChange={setPace}
              min={0}
              max={MOST_LINES}
              step={0.5}
              error={faultOf(save.error, "calls_per_second")}
            />
          </Group>
          <Text size="sm" c="dimmed">
            Raising acts within a second. Lowering ends no call: live ones finish, new ones wait.
          </Text>
          {other && (
            <Alert role="alert" color="red" variant="light">
              {other}
            </Alert>
          )}
          <Group>
            <Button type="submit" loading={save.isPending} disabled={unchanged || limit === "" || pace === ""}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
