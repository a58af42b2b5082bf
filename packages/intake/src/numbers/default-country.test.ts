import { NATIONAL_EXAMPLES } from "../testing/numbers.ts";
import { COUNTRIES, callingCodeOf, isCountry } from "./countries.ts";
import { readPhoneNumber } from "./phone-number.ts";

const isRead = (cell: string, country: string, e164: string): boolean => {
  const reading = readPhoneNumber(cell, country);
  return "phoneNumber" in reading && reading.phoneNumber === e164;
};

test("every country has a valid example", () => {
  const known = new Set(NATIONAL_EXAMPLES.map(({ country }) => country));
  expect(COUNTRIES.filter((country) => !known.has(country))).toEqual([]);
});

describe("a country's own numbers are read in their national format", () => {
  test.each<[string, (text: string) => string]>([
    ["as they are", (text) => text],
    ["with blanks", (text) => text.replace(/[^\d]+/g, " ").trim()],
    ["with nothing", (text) => text.replace(/[^\d]+/g, "")],
    ["with a slash behind the area code", (text) => text.replace(/^(\(?0\d+\)?) /, "$1/")],
  ])("%s", (_, written) => {
    const wrong = NATIONAL_EXAMPLES.filter(({ country, national, e164 }) => !isRead(written(national), country, e164));
    expect(wrong).toEqual([]);
  });

  test("international numbers beside them are read as usual", () => {
    const wrong = NATIONAL_EXAMPLES.filter(({ international, e164 }) => !isRead(international, "DE", e164));
    expect(wrong).toEqual([]);
  });
});

describe("digits that begin with the country's code", () => {
  test("are the number or are refused with both readings, never another number", () => {
    const wrong = NATIONAL_EXAMPLES.filter(({ country, e164 }) => {
      const reading = readPhoneNumber(e164.slice(1), country);
      if ("phoneNumber" in reading) return reading.phoneNumber !== e164;
      return !(
        reading.reason.includes(e164) && reading.reason.includes(`+${callingCodeOf(country as "DE")}${e164.slice(1)}`)
      );
    });
    expect(wrong).toEqual([]);
  });

  test.each([
    ["491701234567", "DE", "May be +49491701234567 or +491701234567: write it with + and its country code"],
    ["49 170 1234567", "DE", "May be +49491701234567 or +491701234567"],
    ["49 (0)30 901820", "DE", "May be "],
  ])("%s with %s is refused", (cell, country, reason) =>
    expect(readPhoneNumber(cell, country)).toEqual({ reason: expect.stringContaining(reason) }),
  );

  test.each([
    ["14155550100", "US", "+14155550100"],
    ["1 (415) 555-0100", "US", "+14155550100"],
    ["442079460958", "GB", "+442079460958"],
    ["33123456789", "FR", "+33123456789"],
  ])("%s with %s, valid only with its plus, is %s", (cell, country, e164) =>
    expect(readPhoneNumber(cell, country)).toEqual({ phoneNumber: e164 }),
  );
});

describe("a number without a plus, with a default country", () => {
  test.each([
    ["030/901820", "DE", "+4930901820"],
    ["(030) 901820", "DE", "+4930901820"],
    ["0170 1234567", "DE", "+491701234567"],
    ["1701234567", "DE", "+491701234567"],
    ["(415) 555-0100", "US", "+14155550100"],
    ["416 555 0100", "US", "+14165550100"],
    ["06 1234 5678", "IT", "+390612345678"],
    ["'0170 1234567", "DE", "+491701234567"],
    ["tel:0170-1234567", "DE", "+491701234567"],
    ["0043 1 58858", "DE", "+43158858"],
  ])("%s in %s is %s", (cell, country, e164) => expect(readPhoneNumber(cell, country)).toEqual({ phoneNumber: e164 }));

  test.each([
    ["030 901820 / 821", "DE", "May be +4930901820 or +4930901820821"],
    ["030 901830-31", "DE", "May be +4930901830 or +493090183031"],
    ["01 58858 / 01 58859", "AT", "May be +43158858 or "],
    ["030 901820 / +49 30 901821", "DE", "May be +4930901820 or that and +49 30 901821 as another number"],
    ["14155550100 / 14155550101", "US", "May be +14155550100 or that and 14155550101"],
    ["555 0100", "US", "Is no valid number of US; write it with + and its country code"],
    ["123 456 7890", "US", "Is no valid number of US"],
    ["011 49 30 901820", "US", "Is no valid number of US"],
    ["-901801", "DE", "Signs stand before or behind"],
    ["1.70123E+09", "DE", "rounded the number"],
    ["0170 1234567 ext 5", "DE", "an extension cannot be dialled"],
    ["12", "DE", "Is no valid number of DE"],
  ])("%s in %s is refused: %s", (cell, country, reason) =>
    expect(readPhoneNumber(cell, country)).toEqual({ reason: expect.stringContaining(reason) }),
  );
});

describe("an unknown country", () => {
  test.each(["", "de", "XX", "DEU", "49", "toString"])("%j is refused whatever the cell is", (country) => {
    expect(isCountry(country)).toBe(false);
    expect(() => readPhoneNumber("+4930901820", country)).toThrow(RangeError);
  });
});
