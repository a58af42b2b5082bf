import { Alert, Checkbox, NativeSelect, SimpleGrid, Stack, Table, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { count } from "../../../parts/format.ts";
import classes from "./import.module.css";
import { apiColumns, isInternational, type Mapping } from "./mapping.ts";

const SHOWN_ROWS = 4;

/** Which column is what, with the first rows as they will be imported. */
export function MappingForm(props: {
  columns: string[];
  rows: string[][];
  hasHeader: boolean;
  mapping: Mapping;
  onHeader: (hasHeader: boolean) => void;
  onMapping: (mapping: Mapping) => void;
}) {
  const { columns, rows, hasHeader, mapping, onHeader, onMapping } = props;
  const choices = columns.map((column, n) => ({ value: String(n), label: column }));
  const select = (label: string, field: keyof Mapping, none: string) => (
    <NativeSelect
      label={label}
      value={mapping[field] === null ? "" : String(mapping[field])}
      onChange={({ currentTarget: { value } }) =>
        onMapping(choose(mapping, field, value === "" ? null : Number(value)))
      }
      data={[{ value: "", label: none }, ...choices]}
    />
  );
  const { phone } = mapping;
  const national = phone === null ? 0 : rows.filter((row) => !isInternational(row[phone] ?? "")).length;
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
        {select("Phone number", "phone", "Choose a column")}
        {select("Name of the person", "name", "None")}
        {select("External ID", "externalId", "None")}
      </SimpleGrid>
      <Checkbox
        label="The first row names the columns"
        checked={hasHeader}
        onChange={(event) => onHeader(event.currentTarget.checked)}
      />
      <Preview columns={apiColumns(columns, mapping)} rows={rows.slice(0, SHOWN_ROWS)} mapping={mapping} />
      {national > 0 && (
        <Alert color="yellow" variant="light" icon={<IconAlertTriangle />} title="Numbers without country code">
          {count(national)} of the first {count(rows.length)} numbers do not begin with +. Numbers must be
          international, such as +14155550100; others are rejected, row by row.
        </Alert>
      )}
    </Stack>
  );
}

/** A column holds one thing: whatever it held before is given up. */
function choose(mapping: Mapping, field: keyof Mapping, column: number | null): Mapping {
  const free = (held: number | null) => (held === column ? null : held);
  const { phone, name, externalId } = mapping;
  return { phone: free(phone), name: free(name), externalId: free(externalId), [field]: column };
}

function Preview({ columns, rows, mapping }: { columns: string[]; rows: string[][]; mapping: Mapping }) {
  const own = [mapping.phone, mapping.name, mapping.externalId];
  const variables = columns.filter((_, n) => !own.includes(n));
  return (
    <>
      <Table.ScrollContainer minWidth={0} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table withTableBorder verticalSpacing={6} fz="sm" aria-label="The first rows">
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column} className={classes.cell}>
                  {column}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row, n) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have no other name, and stay in place
              <Table.Tr key={n}>
                {columns.map((column, at) => (
                  <Table.Td key={column} className={classes.cell} title={row[at]}>
                    {row[at]}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {variables.length > 0 && (
        <Text size="sm" c="dimmed" className="rf-wrap" lineClamp={3}>
          Dynamic variables, which the agent may use: {variables.join(", ")}
        </Text>
      )}
    </>
  );
}
