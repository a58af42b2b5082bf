import fc from "fast-check";
import { EXAMPLES } from "../testing/numbers.ts";
import { readPhoneNumber } from "./phone-number.ts";

const reasonFor = (cell: string, country?: string): string => {
  const reading = readPhoneNumber(cell, country);
  return "reason" in reading ? reading.reason : `is ${reading.phoneNumber}`;
};

describe("a cell with one reading is that number", () => {
  test.each([
    ["+49 30/901820", "+4930901820"],
    ["+49 (0)30 901820", "+4930901820"],
    ["+49 30 1234-5678", "+493012345678"],
    ["+43 664-1234567", "+436641234567"],
    ["+43 (0)664/123 45 67", "+436641234567"],
    ["+1 (415) 555-0100", "+14155550100"],
    ["(+1) 415-555-0100", "+14155550100"],
    ["+(1) 415.555.0100", "+14155550100"],
    ["+1-415-555-0100", "+14155550100"],
    ["+1 415\u2013555\u20130100", "+14155550100"],
    ["\u207a1 415 555 0100", "+14155550100"],
    ["  +1 415 555 0100\t", "+14155550100"],
    ["'+1 415 555 0100", "+14155550100"],
    ["\u2019+1 415 555 0100", "+14155550100"],
    ['="+14155550100"', "+14155550100"],
    ['= "+14155550100"', "+14155550100"],
    ["tel:+1-415-555-0100", "+14155550100"],
    ["TEL: 001 415 555 0100", "+14155550100"],
    ["(00 1) 415 555 0100", "+14155550100"],
    ["\uff0b\uff11\uff08415\uff09555\uff0d0100", "+14155550100"],
    ["+1 415 555 0100,", "+14155550100"],
    ["+1\u00a0415\u202f555\u20090100", "+14155550100"],
    ["+1 415\u00ad555\u200d0100\ufe0f", "+14155550100"],
    ["+39 06 1234 5678", "+390612345678"],
    ["+33 (0)1 23 45 67 89", "+33123456789"],
    ["+44 (0) 20 7946 0958", "+442079460958"],
    ["+7 (495) 123-45-67", "+74951234567"],
  ])("%j is %s", (cell, e164) => expect(readPhoneNumber(cell)).toEqual({ phoneNumber: e164 }));
});

describe("a cell with two readings is refused with both", () => {
  test.each([
    ["+49 30 901820 / 821", "+4930901820", "+4930901820821"],
    ["+49 30 901830-31", "+4930901830", "+493090183031"],
    ["+49 30 901830 -31", "+4930901830", "+493090183031"],
    ["+49 30 901830\u201331", "+4930901830", "+493090183031"],
    ["+49 30 901830\u221231", "+4930901830", "+493090183031"],
    ["+49 30 901830~31", "+4930901830", "+493090183031"],
    ["+49 30 901830\u301c31", "+4930901830", "+493090183031"],
    ["+49 30 901830-31.", "+4930901830", "+493090183031"],
    ["+49 30 901830-31/32", "+493090183031", "+49309018303132"],
    ["+49 30 901830-(31)", "+4930901830", "+493090183031"],
    ["+49 30 901830-31 32", "+4930901830", "+49309018303132"],
    ["+49 30 901840 (2024)", "+4930901840", "+49309018402024"],
    ["+49 30 901840(2024)", "+4930901840", "+49309018402024"],
    ["+43 1 58858 / 1 58859", "+43158858", "+43158858158859"],
    ["+43 1 58858-58859", "+43158858", "+4315885858859"],
    ["+49 30 901820 - 901821", "+4930901820", "901821"],
    ["+49 30 12345-67", "+493012345", "+49301234567"],
    ["+49 30 901820,821", "+4930901820", "+4930901820821"],
    ["+49 30 901820;821", "+4930901820", "+4930901820821"],
    ["+49 30 901820\n821", "+4930901820", "+4930901820821"],
    ["+49 30 901820\t821", "+4930901820", "+4930901820821"],
    ["+49 30 901820  821", "+4930901820", "+4930901820821"],
    ["+49 30 901820\u00a0 821", "+4930901820", "+4930901820821"],
    ["+49 30 901820 . 821", "+4930901820", "+4930901820821"],
    ["+49 30 901820|821", "+4930901820", "+4930901820821"],
    ["+49 30 901820#821", "+4930901820", "+4930901820821"],
    ["+49 30 901820\u00b7821", "+4930901820", "+4930901820821"],
    ["+49 30 901820'821", "+4930901820", "+4930901820821"],
    ["+49 30 901820\u3001821", "+4930901820", "+4930901820821"],
    ["+49 30 901820 +49 30 901821", "+4930901820", "+49 30 901821"],
    ["+4930901820+4930901821", "+4930901820", "+4930901821"],
    ["+1 415 555 0100 / 0101", "+14155550100", "0101"],
    ["+1 415 555 0100 #5", "+14155550100", "5"],
  ])("%j may be %s or %s", (cell, first, second) => {
    const reason = reasonFor(cell);
    expect(reason).toContain(`May be ${first} or`);
    expect(reason).toContain(second);
  });

  test("the remedy for a hyphen is to leave it out", () =>
    expect(reasonFor("+49 30 12345-67")).toContain("write it without the hyphen"));
});

describe("a cell that is not a number is refused with a reason", () => {
  test.each([
    ["", "is missing"],
    [" \u200b ", "is missing"],
    ["n/a", "Is not a phone number"],
    ["030 901820", "Must be international"],
    ["14155550100", "Must be international"],
    ["1.41555E+10", "rounded the number; format the column as text and export again"],
    ["1,41555E+10", "rounded the number"],
    ["+4.91702E+11", "rounded the number"],
    ["4.91702e11", "rounded the number"],
    ["+49 30 901820 ext. 5", "an extension cannot be dialled"],
    ["+49 30 901820 x5", "an extension cannot be dialled"],
    ["+49 30 901820 oder 821", "Text stands behind the number"],
    ["+49 30 901820 (Anna)", "Text stands behind the number"],
    ["Anna +49 30 901820", "Text stands before the number"],
    ["Tel.: +49 30 901820", "Text stands before the number"],
    ["\u260e\ufe0f +49 30 901820", "Text stands before the number"],
    ["+49 30 901820 \u2605", "Text stands behind the number"],
    ["+49 30 901820\u2026", "Text stands behind the number"],
    ["+49 30 901820\u00b2", "Text stands behind the number"],
    ["+1 415 555 0100;ext=5", "an extension cannot be dialled"],
    ["+49 30 9018...", "Signs stand before or behind"],
    ["+49 30 901820-", "Signs stand before or behind"],
    ["-901801", "Must be international"],
    ["*31#+49 30 901820", "does not begin the cell"],
    ["++49 30 901820", "more than one +"],
    ["030 901820 / +49 30 901821", "does not begin the cell"],
    ["+1234567890123456", "Has 16 digits"],
    ["+999 123 4567", "no country code"],
    ["+0049 30 901820", "no country code"],
    ["+1 415", "too few or too many digits"],
    ["+1 415 555 01000", "too few or too many digits"],
  ])("%j: %s", (cell, reason) => expect(reasonFor(cell)).toContain(reason));
});

/** Texts that people write between two numbers in a cell, or before an extension. */
const BETWEEN = [
  ..."/(,;\t\n|:&#*_\\~+\u2013\u2014\u2022\u00b7=<'\"!",
  ...[
    "\r\n",
    "  ",
    " - ",
    "- ",
    " \u2013 ",
    " / ",
    " + ",
    " +",
    "--",
    " (",
    ") (",
    "; ",
    ", ",
    " .",
    ". ",
    "\u00a0\u00a0",
  ],
];
const VALID = EXAMPLES.filter((example) => example.isValid);
const valid = fc.constantFrom(...VALID);
const ways = ["e164", "international"] as const;

/** The one spelling of two numbers that cannot be distinguished from one number: a hyphen before a last group of four digits. */
const looksLikeLastGroup = (between: string, second: string): boolean =>
  /^[~\p{Pd}]$/u.test(between) && /(?:^|-)\d{4}$/.test(second);

test("no cell with two numbers, however they are separated and written, is read as a number", () => {
  fc.assert(
    fc.property(
      valid,
      valid,
      fc.constantFrom(...BETWEEN),
      fc.constantFrom(...ways),
      fc.constantFrom(...ways, "national" as const),
      (first, second, between, firstWay, secondWay) => {
        fc.pre(!looksLikeLastGroup(between, second[secondWay]));
        expect(readPhoneNumber(first[firstWay] + between + second[secondWay])).toHaveProperty("reason");
      },
    ),
    { numRuns: 3_000 },
  );
});

const readBehind = (between: string, ...tails: string[]) =>
  VALID.map(({ international }, n) => international + between + tails[n % tails.length]).filter(
    (cell) => "phoneNumber" in readPhoneNumber(cell),
  );

test.each(BETWEEN)("no number of any country continues after %j", (between) =>
  expect(readBehind(between, "82", "82119")).toEqual([]),
);

test.each(["-", "~", "\u2013", "\u2212"])("a number continues after %j only with a group of four digits", (hyphen) =>
  expect(["1", "82", "821", "82119", "821193"].flatMap((tail) => readBehind(hyphen, tail))).toEqual([]),
);

test("no text makes the reader throw, and every number that it reads is E.164", () => {
  const pieces = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(..."+0123456789 ()-/.~\u0660\uff11", "00", "+49", "30901820"),
  );
  fc.assert(
    fc.property(fc.array(pieces), fc.constantFrom(undefined, "DE", "US"), (parts, country) => {
      const reading = readPhoneNumber(parts.join(""), country);
      expect("phoneNumber" in reading ? reading.phoneNumber : "+1000000").toMatch(/^\+[1-9]\d{3,14}$/);
    }),
    { numRuns: 500 },
  );
});
