import { type CountryCode, getCountries, getCountryCallingCode, isSupportedCountry } from "libphonenumber-js/max";

/** A country by its two letters (ISO 3166-1 alpha-2), as `default_country` names it. */
export type Country = CountryCode;

/** Whether these two letters, in capitals, are a country whose numbers we know. */
export const isCountry = (letters: string): letters is Country => isSupportedCountry(letters);

/** Every country whose numbers we know, by its letters, in their order. */
export const COUNTRIES: readonly Country[] = getCountries().sort();

/** What follows the plus in international numbers of this country, such as 49. */
export const callingCodeOf = (country: Country): string => getCountryCallingCode(country);
