import { COUNTRIES, type Country, callingCodeOf, isCountry } from "@ringfence/intake";

const names = new Intl.DisplayNames("en", { type: "region" });
const keyOf = (campaignId: string): string => `ringfence.import-country.${campaignId}`;

/** A country to choose: by its name, its letters or its calling code. */
export interface CountryChoice {
  value: Country;
  label: string;
}

/** Every country in the order of its English name, with its calling code. */
export const countryChoices = (): CountryChoice[] =>
  COUNTRIES.map((value) => ({ value, label: `${names.of(value) ?? value} (+${callingCodeOf(value)})` })).sort(
    (one, other) => one.label.localeCompare(other.label, "en"),
  );

/** Whether the typed text is part of a country's name or calling code, or its two letters. */
export const matchesCountry = ({ value, label }: CountryChoice, typed: string): boolean => {
  const wanted = typed.trim().toLowerCase();
  return label.toLowerCase().includes(wanted) || value.toLowerCase() === wanted;
};

/** The country of the campaign's last import from this browser, null if there is none. */
export function rememberedCountry(campaignId: string): Country | null {
  try {
    const kept = localStorage.getItem(keyOf(campaignId));
    return kept !== null && isCountry(kept) ? kept : null;
  } catch {
    return null; // a browser without storage
  }
}

/** Stores the country, or its absence, for the campaign's next import. */
export function rememberCountry(campaignId: string, country: Country | null): void {
  try {
    if (country) localStorage.setItem(keyOf(campaignId), country);
    else localStorage.removeItem(keyOf(campaignId));
  } catch {
    // a browser without storage
  }
}
