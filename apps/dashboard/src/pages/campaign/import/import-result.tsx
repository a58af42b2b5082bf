import { Alert, Button, Group, Stack, Table, Text } from "@mantine/core";
import { IconCircleCheck, IconDownload } from "@tabler/icons-react";
import type { ImportReport } from "../../../api/types.ts";
import { count, counted } from "../../../parts/format.ts";
import { rejectedCsv } from "./upload.ts";

const ROWS_SHOWN = 20;

/** What an import did, and the rows that it did not take. */
export function ImportResult({ report, onDone }: { report: ImportReport; onDone: () => void }) {
  const { created, duplicates, rejected_count, rejected } = report;
  const download = () => {
    const url = URL.createObjectURL(new Blob([rejectedCsv(report)], { type: "text/csv" }));
    Object.assign(document.createElement("a"), { href: url, download: "rejected.csv" }).click();
    URL.revokeObjectURL(url);
  };
  return (
    <Stack>
      <Alert
        role="alert"
        color={created > 0 ? "teal" : "yellow"}
        variant="light"
        icon={<IconCircleCheck />}
        title={`${counted(created, "candidate")} imported`}
      >
        {duplicates > 0 && (
          <Text size="sm">{counted(duplicates, "duplicate")} skipped: the campaign has the number already.</Text>
        )}
        {rejected_count > 0 && <Text size="sm">{counted(rejected_count, "row")} rejected.</Text>}
        {duplicates === 0 && rejected_count === 0 && <Text size="sm">Every row was taken.</Text>}
      </Alert>
      {rejected.length > 0 && (
        <>
          <Table.ScrollContainer minWidth={300} mah={320}>
            <Table verticalSpacing={4}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Row</Table.Th>
                  <Table.Th>Number</Table.Th>
                  <Table.Th>Reason</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rejected.slice(0, ROWS_SHOWN).map(({ row, phone_number, reason }) => (
                  <Table.Tr key={row}>
                    <Table.Td>{count(row)}</Table.Td>
                    <Table.Td className="rf-wrap">{phone_number}</Table.Td>
                    <Table.Td>{reason}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          {rejected_count > ROWS_SHOWN && (
            <Text size="sm" c="dimmed">
              The first {ROWS_SHOWN} are shown
              {rejected_count > rejected.length ? `; the download has the first ${count(rejected.length)}` : ""}.
            </Text>
          )}
        </>
      )}
      <Group justify="flex-end">
        {rejected.length > 0 && (
          <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} onClick={download}>
            Download the rejected rows
          </Button>
        )}
        <Button onClick={onDone}>Done</Button>
      </Group>
    </Stack>
  );
}
