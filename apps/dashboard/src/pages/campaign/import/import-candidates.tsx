import { Alert, Button, Group, Stack, Tabs, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, ask } from "../../../api/client.ts";
import type { ImportReport } from "../../../api/types.ts";
import { counted } from "../../../parts/format.ts";
import { ColumnMapping } from "./column-mapping.tsx";
import { type ColumnUse, type CsvHead, faultOfUses, guessUses, readHead } from "./columns.ts";
import { DropZone } from "./drop-zone.tsx";
import { ImportResult } from "./import-result.tsx";
import { fromPasted, MOST_CONVERTED, toUpload } from "./upload.ts";

/** As much of a file as is looked at before it is sent, in bytes. */
const HEAD_BYTES = 64_000;

interface Chosen {
  file: File;
  head: CsvHead;
  uses: ColumnUse[];
}

/** Imports candidates from a CSV file, its columns mapped by sight, or from numbers pasted. */
export function ImportCandidates({ campaignId, onDone }: { campaignId: string; onDone: () => void }) {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [unread, setUnread] = useState<string | null>(null);
  const [pasted, setPasted] = useState("");
  const client = useQueryClient();
  const send = useMutation({
    mutationFn: async (csv: () => Promise<Blob | string>) =>
      ask<ImportReport>("POST", `/v1/campaigns/${campaignId}/candidates`, { csv: await csv() }),
    onSettled: () => void client.invalidateQueries(),
  });

  const choose = async (file: File) => {
    setUnread(null);
    send.reset();
    const head = readHead(await file.slice(0, HEAD_BYTES).text());
    if (!head) return setUnread(`${file.name} is empty.`);
    if (head.delimiter !== "," && file.size > MOST_CONVERTED) {
      return setUnread("A file this large must have its columns parted by commas. Save it so and choose it again.");
    }
    setChosen({ file, head, uses: guessUses(head) });
  };
  if (send.data) return <ImportResult report={send.data} onDone={onDone} />;

  const fault = chosen && faultOfUses(chosen.head.columns, chosen.uses);
  const numbers = fromPasted(pasted);
  return (
    <Stack>
      <Tabs defaultValue="file">
        <Tabs.List>
          <Tabs.Tab value="file">CSV file</Tabs.Tab>
          <Tabs.Tab value="paste">Paste numbers</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="file" pt="md">
          <Stack>
            <DropZone fileName={chosen?.file.name ?? null} onFile={(file) => void choose(file)} />
            {unread && (
              <Alert role="alert" color="red" variant="light">
                {unread}
              </Alert>
            )}
            {chosen && (
              <ColumnMapping
                head={chosen.head}
                uses={chosen.uses}
                onChange={(uses) => setChosen({ ...chosen, uses })}
              />
            )}
            {fault && (
              <Alert role="alert" color="yellow" variant="light">
                {fault}
              </Alert>
            )}
            <Group justify="flex-end">
              <Button
                disabled={!chosen || fault !== null}
                loading={send.isPending}
                onClick={() => chosen && send.mutate(() => toUpload(chosen.file, chosen.head, chosen.uses))}
              >
                Import the file
              </Button>
            </Group>
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="paste" pt="md">
          <Stack>
            <Textarea
              label="Numbers"
              description="One a line, international (+14155550100), with a name behind a comma if you like"
              rows={10}
              value={pasted}
              onChange={(event) => setPasted(event.currentTarget.value)}
              spellCheck={false}
            />
            <Group justify="flex-end">
              <Button
                disabled={numbers.count === 0}
                loading={send.isPending}
                onClick={() => send.mutate(async () => numbers.csv)}
              >
                Import {counted(numbers.count, "number")}
              </Button>
            </Group>
          </Stack>
        </Tabs.Panel>
      </Tabs>
      {send.isPending && (
        <Text size="sm" role="status">
          Importing. A million rows take a minute or two.
        </Text>
      )}
      {send.isError && <Fault error={send.error} />}
    </Stack>
  );
}

function Fault({ error }: { error: Error }) {
  const unanswered = error instanceof ApiError && error.isAway;
  const details = error instanceof ApiError ? error.faults.map(({ path, message }) => `${path}: ${message}`) : [];
  return (
    <Alert role="alert" color="red" variant="light" title={unanswered ? "No answer" : "Nothing was imported"}>
      {unanswered
        ? "The server does not answer: either all of it was imported or nothing. Importing it again does no harm: a number is taken once."
        : [`${error.message}.`, ...details].join(" ")}
    </Alert>
  );
}
