import google from "google-libphonenumber";
import parsePhoneNumber from "libphonenumber-js/max";

const { PhoneNumberFormat, PhoneNumberType, PhoneNumberUtil } = google;
type Example = ReturnType<typeof util.getExampleNumber>;
/** The types declare less than the library has. */
type NoCountry = {
  getSupportedGlobalNetworkCallingCodes(): number[];
  getExampleNumberForNonGeoEntity(code: number): Example;
};
const util = PhoneNumberUtil.getInstance();
const noCountry = util as unknown as NoCountry;
const KINDS = Object.values(PhoneNumberType).filter((kind) => typeof kind === "number");

/** Google's example number of a country and kind. */
export interface ExampleNumber {
  country: string | null;
  e164: string;
  international: string;
  national: string;
  isValid: boolean;
}

const exampleOf = (country: string | null, number: Example | null): ExampleNumber[] => {
  if (!number) return [];
  const e164 = util.format(number, PhoneNumberFormat.E164);
  const known = parsePhoneNumber(e164);
  if (!known?.isPossible()) return [];
  return [
    {
      country,
      e164,
      international: util.format(number, PhoneNumberFormat.INTERNATIONAL),
      national: util.format(number, PhoneNumberFormat.NATIONAL),
      isValid: known.isValid(),
    },
  ];
};

/** Example numbers of every kind of every country, and of what belongs to no country, that we find possible; none twice. */
export const EXAMPLES: readonly ExampleNumber[] = [
  ...new Map(
    [
      ...util
        .getSupportedRegions()
        .flatMap((country) => KINDS.flatMap((kind) => exampleOf(country, util.getExampleNumberForType(country, kind)))),
      ...noCountry
        .getSupportedGlobalNetworkCallingCodes()
        .flatMap((code) => exampleOf(null, noCountry.getExampleNumberForNonGeoEntity(code))),
    ].map((example) => [`${example.country} ${example.international}`, example]),
  ).values(),
];

/** The valid examples of a country. */
export const NATIONAL_EXAMPLES = EXAMPLES.filter(
  (example): example is ExampleNumber & { country: string } => example.country !== null && example.isValid,
);
