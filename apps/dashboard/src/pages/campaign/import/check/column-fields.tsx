import { NativeSelect, SimpleGrid, Stack, Text } from "@mantine/core";
import { type ColumnMapping, type Country, REJECTED_BECAUSE } from "@ringfence/intake";
import { useFocusAtFirst } from "../../../../parts/use-focus-at-first.ts";
import type { Opened } from "../plan.ts";
import { choose, columnOf, type Field } from "./column-choice.ts";
import { CountrySelect } from "./country-select.tsx";

/** Selects the columns of number, name and external id, and the country of numbers without a plus. */
export function ColumnFields(props: {
  opened: Opened;
  mapping: ColumnMapping;
  country: Country | null;
  disabled: boolean;
  onMapping: (mapping: ColumnMapping) => void;
  onCountry: (country: Country | null) => void;
}) {
  const { opened, mapping, country, disabled, onMapping, onCountry } = props;
  const focused = useFocusAtFirst<HTMLSelectElement>();
  const choices = opened.columns.flatMap((column, n) => (column === "" ? [] : [{ value: String(n), label: column }]));
  const select = (field: Field, label: string, none: string, description?: string) => (
    <NativeSelect
      label={label}
      {...(description && { description })}
      {...(field === "phone0" && { ref: focused })}
      inputWrapperOrder={["label", "input", "description"]}
      value={String(columnOf(mapping, field) ?? "")}
      onChange={({ currentTarget: { value } }) =>
        onMapping(choose(mapping, field, value === "" ? null : Number(value)))
      }
      data={[{ value: "", label: none }, ...choices]}
    />
  );
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }} spacing="sm">
        {select("phone0", "Phone number", "Choose a column")}
        {mapping.phones.length > 0 &&
          select("phone1", "Second phone number", "None", "It is dialled if the first is empty.")}
        {mapping.phones.length > 1 && select("phone2", "Third phone number", "None")}
        <CountrySelect value={country} onChange={onCountry} disabled={disabled} />
        {select("name0", "Name", "None")}
        {mapping.name.length > 0 && select("name1", "Last name", "None", "Choose it if it has a column of its own.")}
        {select("externalId", "External ID", "None", "Your own ID of the person.")}
      </SimpleGrid>
      <Variables opened={opened} mapping={mapping} />
    </Stack>
  );
}

/** The variables that the agent may use: every column but those of numbers. */
function Variables({ opened: { columns }, mapping }: { opened: Opened; mapping: ColumnMapping }) {
  const named = columns.filter(
    (column, n) => column !== "" && column !== REJECTED_BECAUSE && !mapping.phones.includes(n),
  );
  const own = [...(mapping.name.length > 0 ? ["name"] : []), ...(mapping.externalId === null ? [] : ["external_id"])];
  const variables = [...new Set([...named, ...own])];
  if (variables.length === 0) return null;
  return (
    <Text size="sm" c="dimmed" className="rf-wrap" lineClamp={4}>
      The agent can use these variables: {variables.map((variable) => `{{${variable}}}`).join(", ")}
    </Text>
  );
}
