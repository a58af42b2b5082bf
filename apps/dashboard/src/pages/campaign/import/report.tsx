import { Alert, Button, Group, Stack, Table, Text } from "@mantine/core";
import { IconCheck, IconDownload } from "@tabler/icons-react";
import type { ImportReport } from "../../../api/types.ts";
import { count, counted } from "../../../parts/format.ts";
import { useFocusAtFirst } from "../../../parts/use-focus-at-first.ts";
import classes from "./import.module.css";
import { rejectedCsv } from "./rejected-csv.ts";

const SHOWN = 20;

/** What an import did; rejected rows with why, and as a file to correct. */
export function Report({ report, onDone }: { report: ImportReport; onDone: () => void }) {
  const { created, duplicates, rejected_count, rejected } = report;
  const done = useFocusAtFirst<HTMLButtonElement>();
  return (
    <Stack>
      <Alert
        role="status"
        color={created > 0 ? "teal" : "yellow"}
        variant="light"
        icon={<IconCheck />}
        title={`${counted(created, "candidate")} imported`}
      >
        {duplicates === 0 && rejected_count === 0 && "Every row was taken."}
        {duplicates > 0 && (
          <Text size="sm">
            {counted(duplicates, "duplicate")} skipped: the campaign has{" "}
            {duplicates === 1 ? "this number" : "these numbers"} already.
          </Text>
        )}
        {rejected_count > 0 && (
          <Text size="sm">
            {counted(rejected_count, "row")} rejected. Correct and import {rejected_count === 1 ? "it" : "them"} again.
          </Text>
        )}
      </Alert>
      {rejected.length > 0 && (
        <>
          <Table.ScrollContainer minWidth={0} mah={280} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
            <Table fz="sm" verticalSpacing={6} aria-label="Rejected rows">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Row</Table.Th>
                  <Table.Th>Number</Table.Th>
                  <Table.Th>Reason</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rejected.slice(0, SHOWN).map(({ row, phone_number, reason }) => (
                  <Table.Tr key={row}>
                    <Table.Td>{count(row)}</Table.Td>
                    <Table.Td className={classes.cell}>{phone_number}</Table.Td>
                    <Table.Td>{reason}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          {rejected_count > Math.min(rejected.length, SHOWN) && (
            <Text size="sm" c="dimmed">
              The first {count(Math.min(rejected.length, SHOWN))} are shown
              {rejected_count > rejected.length && `; the file names the first ${count(rejected.length)}`}.
            </Text>
          )}
        </>
      )}
      <Group justify="flex-end">
        {rejected.length > 0 && (
          <Button
            variant="default"
            leftSection={<IconDownload size={18} aria-hidden />}
            onClick={() => download("rejected.csv", rejectedCsv(rejected))}
          >
            Download rejected rows
          </Button>
        )}
        <Button onClick={onDone} ref={done}>
          Done
        </Button>
      </Group>
    </Stack>
  );
}

/** The mark at the beginning has Excel read it as UTF-8. */
function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob(["\uFEFF", text], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
