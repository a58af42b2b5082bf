import { Stack, Table, Text } from "@mantine/core";
import { REJECTED_BECAUSE } from "@ringfence/intake";
import { count } from "../../../../parts/format.ts";
import type { Sifted } from "../check/sift-source.ts";
import classes from "../import.module.css";
import type { Opened } from "../plan.ts";

/** The first rejected rows, each with its reason beside the whole row. */
export function RejectedRows({ opened, sifted }: { opened: Opened; sifted: Sifted }) {
  const { firstRejected, rejected } = sifted;
  const columns = opened.fileColumns.flatMap((name, n) => (name === REJECTED_BECAUSE ? [] : [{ name, n }]));
  return (
    <Stack gap={6}>
      <Table.ScrollContainer minWidth={0} mah={280} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table withTableBorder fz="sm" verticalSpacing={6} aria-label="Rejected rows">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{opened.source.kind === "workbook" ? "Row" : "Line"}</Table.Th>
              <Table.Th className={classes.result}>Reason</Table.Th>
              {columns.map(({ name, n }) => (
                <Table.Th key={n} className={classes.cell}>
                  {name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {firstRejected.map(({ row, line, reason, values }) => (
              <Table.Tr key={row}>
                <Table.Td>{count(line)}</Table.Td>
                <Table.Td className={classes.result}>
                  <span className={classes.reason}>{reason}</span>
                </Table.Td>
                {columns.map(({ n }) => (
                  <Table.Td key={n} className={classes.cell} title={values[n]}>
                    {values[n]}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {rejected > firstRejected.length && (
        <Text size="sm" c="dimmed">
          These are the first {count(firstRejected.length)} of {count(rejected)}. The downloaded file has all of them.
        </Text>
      )}
    </Stack>
  );
}
