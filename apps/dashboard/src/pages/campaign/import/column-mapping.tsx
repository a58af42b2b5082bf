import { NativeSelect, Stack, Table, Text } from "@mantine/core";
import type { ColumnUse, CsvHead } from "./columns.ts";

const USES: { value: ColumnUse; label: string }[] = [
  { value: "phone_number", label: "phone_number" },
  { value: "name", label: "name" },
  { value: "external_id", label: "external_id" },
  { value: "variable", label: "dynamic variable" },
];

/** The first rows of a file, with what each column is taken for. */
export function ColumnMapping(props: { head: CsvHead; uses: ColumnUse[]; onChange: (uses: ColumnUse[]) => void }) {
  const { head, uses, onChange } = props;
  return (
    <Stack gap="xs">
      <Text size="sm">
        The first rows. A <b>dynamic variable</b> goes to the agent under its column's name.
      </Text>
      <Table.ScrollContainer minWidth={Math.max(300, head.columns.length * 150)}>
        <Table withTableBorder withColumnBorders verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              {head.columns.map((column, n) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other identity, and their order stays
                <Table.Th key={n}>
                  <NativeSelect
                    label={column || "(no name)"}
                    data={USES}
                    value={uses[n] ?? "variable"}
                    size="xs"
                    onChange={({ currentTarget: { value } }) =>
                      onChange(uses.map((use, at) => (at === n ? (value as ColumnUse) : use)))
                    }
                  />
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {head.rows.map((row, n) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a preview never change places
              <Table.Tr key={n}>
                {head.columns.map((_, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: as above
                  <Table.Td key={at} className="rf-wrap">
                    {row[at] ?? ""}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}
