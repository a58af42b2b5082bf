import { type CountryCode, getCountries, getCountryCallingCode, isSupportedCountry } from "libphonenumber-js/max";

/** A country by its two letters (ISO 3166-1 alpha-2), as `default_country` names it. */
export type Country = CountryCode;

/** Whether these two capital letters are a country with a known numbering plan. */
export const isCountry = (letters: string): letters is Country => isSupportedCountry(letters);

/** Every country with a known numbering plan, by its letters, in alphabetical order. */
export const COUNTRIES: readonly Country[] = getCountries().sort();

/** The calling code of this country, such as 49. */
export const callingCodeOf = (country: Country): string => getCountryCallingCode(country);
