import { Table, Text } from "@mantine/core";
import { REJECTED_BECAUSE, type Reading, type RefusedRow, type TakenRow } from "@ringfence/intake";
import { useEffect, useState } from "react";
import classes from "../import.module.css";
import { type Opened, previewOf } from "../plan.ts";

/** Number of rows that are shown. */
const SHOWN = 5;

/** The first rows as they will be imported: the number as it is dialled, or why the row is rejected, and every column. */
export function Preview({ opened, reading }: { opened: Opened; reading: Reading }) {
  const rows = usePreview(opened, reading);
  const hasName = reading.mapping.name.length > 1;
  const columns = opened.columns.flatMap((name, n) => (name === REJECTED_BECAUSE ? [] : [{ name, n }]));
  if (rows.length === 0) return <Text size="sm">There are no rows below the first one.</Text>;
  return (
    <Table.ScrollContainer minWidth={0} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table withTableBorder verticalSpacing={6} fz="sm" aria-label="The first rows">
        <Table.Thead>
          <Table.Tr>
            <Table.Th className={classes.result}>Will be dialled</Table.Th>
            {hasName && <Table.Th className={classes.cell}>Full name</Table.Th>}
            {columns.map(({ name, n }) => (
              <Table.Th key={n} className={classes.cell}>
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.row}>
              <Table.Td className={classes.result}>
                {"candidate" in row ? (
                  row.candidate.phone_number
                ) : (
                  <Text span size="sm" className={`${classes.reason} ${classes.refused}`}>
                    {row.reason}
                  </Text>
                )}
              </Table.Td>
              {hasName && <Table.Td className={classes.cell}>{"candidate" in row ? row.candidate.name : ""}</Table.Td>}
              {columns.map(({ n }) => (
                <Table.Td key={n} className={classes.cell} title={row.cells[n]}>
                  {row.cells[n]}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function usePreview(opened: Opened, reading: Reading): (TakenRow | RefusedRow)[] {
  const [rows, setRows] = useState<(TakenRow | RefusedRow)[]>([]);
  useEffect(() => {
    let isCurrent = true;
    void previewOf(opened.rows.slice(0, SHOWN), reading).then((read) => isCurrent && setRows(read));
    return () => {
      isCurrent = false;
    };
  }, [opened, reading]);
  return rows;
}
