import { Button, Card, Group, NumberInput, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "../../api/client.ts";
import { reads } from "../../api/queries.ts";
import type { Lines } from "../../api/types.ts";
import { faultAt, faultElsewhere } from "../../parts/faults.ts";
import { FormFault } from "../../parts/form-fault.tsx";

const FIELDS = ["limit", "calls_per_second"];

/** Changes the number of lines and how fast they are filled. A field shows the current value until it is edited. */
export function LinesForm({ lines }: { lines: Lines }) {
  const client = useQueryClient();
  const [typed, setTyped] = useState<{ limit?: number | string; pace?: number | string }>({});
  const limit = typed.limit ?? lines.limit;
  const pace = typed.pace ?? lines.calls_per_second;
  const change = {
    ...(typeof limit === "number" && limit !== lines.limit && { limit }),
    ...(typeof pace === "number" && pace !== lines.calls_per_second && { calls_per_second: pace }),
  };
  const isComplete = typeof limit === "number" && typeof pace === "number";
  const save = useMutation({
    mutationFn: () => api.PUT("/v1/lines", { body: change }),
    onSuccess: (changed) => {
      client.setQueryData(reads.lines().queryKey, changed);
      setTyped({});
    },
    onSettled: () => client.invalidateQueries(),
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!save.isPending && isComplete && Object.keys(change).length > 0) save.mutate();
  };
  const type = (part: typeof typed) => {
    setTyped({ ...typed, ...part });
    if (!save.isPending) save.reset();
  };
  const elsewhere = faultElsewhere(save.error, FIELDS);
  return (
    <Card withBorder padding="lg" component="section" aria-labelledby="change-lines">
      <form onSubmit={send} noValidate>
        <Stack>
          <Title order={2} size="h4" id="change-lines">
            Change the lines
          </Title>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <NumberInput
              label="Limit"
              description="Most calls in progress at a time, 1 to 10,000. Your Retell account has a limit of its own."
              min={1}
              max={10_000}
              allowDecimal={false}
              allowNegative={false}
              thousandSeparator=","
              value={limit}
              onChange={(value) => type({ limit: value })}
              error={faultAt(save.error, "limit")}
            />
            <NumberInput
              label="Pace"
              description="Most dials a second, fractions allowed; 0 means no limit. Retell's own default allows 1."
              min={0}
              max={10_000}
              decimalScale={3}
              allowNegative={false}
              value={pace}
              onChange={(value) => type({ pace: value })}
              error={faultAt(save.error, "calls_per_second")}
            />
          </SimpleGrid>
          <Text size="sm" c="dimmed">
            Raising either takes effect within a second. Lowering the limit ends no call: nobody new is dialled until
            enough calls have ended.
          </Text>
          {elsewhere && <FormFault title="Not saved">{elsewhere}</FormFault>}
          <Group justify="flex-end">
            <Text size="sm" role="status">
              {save.isSuccess && "Saved."}
            </Text>
            <Button type="submit" loading={save.isPending} disabled={!isComplete || Object.keys(change).length === 0}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
