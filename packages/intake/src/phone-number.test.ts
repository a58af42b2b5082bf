import google from "google-libphonenumber";
import parsePhoneNumber from "libphonenumber-js/max";
import { readPhoneNumber } from "./phone-number.ts";

const { PhoneNumberFormat, PhoneNumberType, PhoneNumberUtil } = google;
type Example = ReturnType<typeof util.getExampleNumber>;
/** The types know less than the library has. */
type NoCountry = {
  getSupportedGlobalNetworkCallingCodes(): number[];
  getExampleNumberForNonGeoEntity(code: number): Example;
};
const util = PhoneNumberUtil.getInstance();
const noCountry = util as unknown as NoCountry;
const KINDS = Object.values(PhoneNumberType).filter((kind) => typeof kind === "number");

/** Example numbers of every country and of what belongs to none, of every kind, in their international format. */
const EXAMPLES = [
  ...new Set([
    ...util
      .getSupportedRegions()
      .flatMap((region) => KINDS.map((type) => util.getExampleNumberForType(region, type)))
      .concat(
        noCountry
          .getSupportedGlobalNetworkCallingCodes()
          .map((code) => noCountry.getExampleNumberForNonGeoEntity(code)),
      )
      .flatMap((number) => (number ? [util.format(number, PhoneNumberFormat.INTERNATIONAL)] : [])),
  ]),
].filter((text) => parsePhoneNumber(text)?.isPossible());

const e164 = (text: string): string => parsePhoneNumber(text)!.number;
/** What the rule for hyphens refuses: a valid number, a hyphen, and digits to the end that are not four. */
const hyphenRefuses = (text: string): boolean =>
  [...text.matchAll(/-/g)].some(({ index }) => {
    const behind = /^\d+$/.exec(text.slice(index + 1));
    return behind && behind[0].length !== 4 && parsePhoneNumber(text.slice(0, index))?.isValid();
  });

describe("numbers as their own countries write them", () => {
  test("there are examples of all countries", () => expect(EXAMPLES.length).toBeGreaterThan(1_000));

  test.each([
    ["as they are", (text: string) => text],
    ["with blanks", (text: string) => text.replace(/[^\d+]+/g, " ")],
    ["with dots", (text: string) => text.replace(/[^\d+]+/g, ".")],
    ["with no-break spaces", (text: string) => text.replace(/[^\d+]+/g, "\u00a0")],
    ["with nothing", (text: string) => text.replace(/[^\d+]+/g, "")],
    ["after 00", (text: string) => text.replace("+", "00")],
    [
      "full-width",
      (text: string) => text.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)),
    ],
  ])("%s", (_, written) => {
    const wrong = EXAMPLES.flatMap((text) => {
      const reading = readPhoneNumber(written(text));
      return "phoneNumber" in reading && reading.phoneNumber === e164(text) ? [] : [[written(text), reading]];
    });
    expect(wrong).toEqual([]);
  });

  test("with hyphens, but where a hyphen may part a number from a range or an extension", () => {
    const written = EXAMPLES.map((text) => text.replace(/[^\d+]+/g, "-"));
    const wrong = written.flatMap((text) => {
      const reading = readPhoneNumber(text);
      const passes = "phoneNumber" in reading && reading.phoneNumber === e164(text);
      return passes === !hyphenRefuses(text) ? [] : [[text, reading]];
    });
    expect(wrong).toEqual([]);
    expect(written.filter(hyphenRefuses).length).toBeLessThan(written.length / 10);
  });
});
