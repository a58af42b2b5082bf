import { Select } from "@mantine/core";
import { type Country, isCountry } from "@ringfence/intake";
import { countryChoices, matchesCountry } from "./country-choice.ts";

const NONE = "none";
const CHOICES = countryChoices();
/** Height of the visible options, in px. */
const MOST_HEIGHT = 260;

/** The country whose numbers are written without a plus, found by name, letters or calling code. */
export function CountrySelect(props: {
  value: Country | null;
  onChange: (country: Country | null) => void;
  disabled: boolean;
}) {
  const { value, onChange, disabled } = props;
  return (
    <Select
      label="Country of numbers without +"
      description="The choice is kept for this campaign’s next import."
      inputWrapperOrder={["label", "input", "description"]}
      data={[{ value: NONE, label: "None: they are rejected" }, ...CHOICES]}
      value={value ?? NONE}
      onChange={(chosen) => onChange(chosen !== null && isCountry(chosen) ? chosen : null)}
      searchable
      allowDeselect={false}
      disabled={disabled}
      selectFirstOptionOnChange
      maxDropdownHeight={MOST_HEIGHT}
      nothingFoundMessage="There is no such country."
      filter={({ search }) => {
        const found = CHOICES.filter((choice) => matchesCountry(choice, search));
        return search.trim() === "" ? [{ value: NONE, label: "None: they are rejected" }, ...found] : found;
      }}
    />
  );
}
