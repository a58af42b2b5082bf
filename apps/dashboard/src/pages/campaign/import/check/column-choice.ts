import type { ColumnMapping } from "@ringfence/intake";

/** A select of the form: a position among the columns of phone numbers or of the name, or the external id. */
export type Field = `phone${0 | 1 | 2}` | `name${0 | 1}` | "externalId";

/** The column that a select shows, null if none is chosen. */
export function columnOf({ phones, name, externalId }: ColumnMapping, field: Field): number | null {
  if (field === "externalId") return externalId;
  return (field.startsWith("phone") ? phones : name)[placeOf(field)] ?? null;
}

/** Chooses a column. A column has one meaning, so any previous meaning is cleared. */
export function choose(mapping: ColumnMapping, field: Field, column: number | null): ColumnMapping {
  const without = (columns: readonly number[]) => columns.filter((each) => each !== column);
  const placed = (columns: readonly number[]): number[] => {
    const places: (number | null)[] = columns.map((each) => (each === column ? null : each));
    places[placeOf(field)] = column;
    return places.filter((each) => each !== null && each !== undefined);
  };
  const isPhone = field.startsWith("phone");
  const isName = field.startsWith("name");
  return {
    phones: isPhone ? placed(mapping.phones) : without(mapping.phones),
    name: isName ? placed(mapping.name) : without(mapping.name),
    externalId: field === "externalId" ? column : mapping.externalId === column ? null : mapping.externalId,
  };
}

const placeOf = (field: Field): number => Number(field.at(-1));
