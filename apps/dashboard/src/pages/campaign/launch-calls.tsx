import { Alert, Button, Group, NumberInput, Radio, Skeleton, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { ApiError, ask } from "../../api/client.ts";
import { reads } from "../../api/queries.ts";
import type { Batch, Campaign, LaunchPreview } from "../../api/types.ts";
import { Failure } from "../../parts/failure.tsx";
import { count, counted } from "../../parts/format.ts";

const MOST_AT_ONCE = 2_000_000;

/** Says how many people a launch calls and whom, and launches. */
export function LaunchCalls({ campaign, onCancel }: { campaign: Campaign; onCancel: () => void }) {
  const [include, setInclude] = useState<"undialed" | "unreached">("undialed");
  const [limit, setLimit] = useState<number | string>("");
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const preview = useQuery(reads.launchPreview(campaign.id, include));
  const launch = useMutation({
    mutationFn: () =>
      ask<Batch>("POST", `/v1/campaigns/${campaign.id}/launch`, {
        body: { include, ...(limit !== "" && { limit: Number(limit) }) },
      }),
    onSuccess: (batch) => {
      client.setQueryData(reads.batch(batch.id).queryKey, batch);
      navigate(`/batches/${batch.id}`);
    },
    onSettled: () => void client.invalidateQueries(),
  });
  const people = preview.data?.candidates ?? 0;
  const called = limit === "" ? people : Math.min(people, Number(limit));
  return (
    <Stack>
      <Radio.Group label="Whom to call" value={include} onChange={(value) => setInclude(value as typeof include)}>
        <Stack gap={6} mt={4}>
          <Radio value="undialed" label="undialed" description="Candidates who were never dialled" />
          <Radio
            value="unreached"
            label="unreached"
            description="Those, and those whose line was busy, who did not answer or who declined"
          />
        </Stack>
      </Radio.Group>
      <NumberInput
        label="At most"
        description="Optional: the first so many, in the order of import"
        value={limit}
        onChange={setLimit}
        min={1}
        max={MOST_AT_ONCE}
        allowDecimal={false}
        maw={280}
      />
      {preview.isError && (
        <Failure what="Whom it would call" error={preview.error} onRetry={() => void preview.refetch()} />
      )}
      {preview.isPending && <Skeleton h={44} aria-label="Asking whom it would call" />}
      {preview.data && <Whom preview={preview.data} called={called} />}
      {launch.isError && <Fault error={launch.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button
          onClick={() => launch.mutate()}
          loading={launch.isPending || launch.isSuccess}
          disabled={!preview.data || called === 0}
        >
          {called === 0 ? "Call" : `Call ${counted(called, "candidate")}`}
        </Button>
      </Group>
    </Stack>
  );
}

function Whom({ preview, called }: { preview: LaunchPreview; called: number }) {
  if (preview.candidates === 0) {
    return (
      <Alert>
        Nobody is left to call so.{" "}
        {preview.include === "undialed" ? "Choose unreached, or import more candidates." : "Import more candidates."}
      </Alert>
    );
  }
  const first = preview.first.slice(0, called).map(({ name, phone_number }) => name ?? phone_number);
  const more = called - first.length;
  const group = preview.include === "undialed" ? "never dialled" : "never dialled or not reached";
  return (
    <Alert aria-live="polite">
      <Text size="sm" className="rf-wrap">
        Calls <b>{counted(called, "candidate")}</b> {group}
        {called < preview.candidates ? ` of ${count(preview.candidates)}` : ""}: {first.join(", ")}
        {more > 0 ? ` and ${count(more)} more` : ""}.
      </Text>
    </Alert>
  );
}

function Fault({ error }: { error: Error }) {
  const unanswered = error instanceof ApiError && error.code === "away";
  return (
    <Alert role="alert" color="red" variant="light" title={unanswered ? "No answer" : "Not launched"}>
      {unanswered
        ? "The server does not answer, so the launch may have begun. Close this and look at the running batches before you launch again."
        : `${error.message}.`}
    </Alert>
  );
}
