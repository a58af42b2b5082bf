import parsePhoneNumber from "libphonenumber-js/max";
import { EXAMPLES, type ExampleNumber } from "../testing/numbers.ts";
import { readPhoneNumber } from "./phone-number.ts";

/** Cells that the rule for hyphens refuses: a valid number, a hyphen, and digits to the end that are not four. */
const hyphenRefuses = (text: string): boolean =>
  [...text.matchAll(/-/g)].some(({ index }) => {
    const behind = /^\d+$/.exec(text.slice(index + 1));
    return behind && behind[0].length !== 4 && parsePhoneNumber(text.slice(0, index))?.isValid();
  });
const passes = (text: string, { e164 }: ExampleNumber): boolean => {
  const reading = readPhoneNumber(text);
  return "phoneNumber" in reading && reading.phoneNumber === e164;
};
const toFullWidth = (char: string): string => String.fromCharCode(char.charCodeAt(0) + 0xfee0);

describe("international numbers as their own countries write them", () => {
  test("the examples cover all countries", () => expect(EXAMPLES.length).toBeGreaterThan(1_000));

  test.each<[string, (text: string) => string]>([
    ["as they are", (text) => text],
    ["with blanks", (text) => text.replace(/[^\d+]+/g, " ")],
    ["with dots", (text) => text.replace(/[^\d+]+/g, ".")],
    ["with no-break spaces", (text) => text.replace(/[^\d+]+/g, "\u00a0")],
    ["with thin spaces", (text) => text.replace(/[^\d+]+/g, "\u2009")],
    ["with nothing", (text) => text.replace(/[^\d+]+/g, "")],
    ["after 00", (text) => text.replace("+", "00")],
    ["after 00 and a blank", (text) => text.replace("+", "00 ")],
    ["as a link", (text) => `tel:${text}`],
    ["as a spreadsheet's text", (text) => `'${text}`],
    ["as a spreadsheet's formula", (text) => `="${text}"`],
    ["with marks of direction around them", (text) => `\u202a${text}\u202c\ufeff`],
    ["with zero-width spaces between all digits", (text) => [...text].join("\u200b")],
    ["in full width", (text) => text.replace(/[!-~]/g, toFullWidth)],
    ["in Arabic digits", (text) => text.replace(/\d/g, (digit) => String.fromCharCode(0x660 + Number(digit)))],
    ["in Persian digits", (text) => text.replace(/\d/g, (digit) => String.fromCharCode(0x6f0 + Number(digit)))],
    ["in Devanagari digits", (text) => text.replace(/\d/g, (digit) => String.fromCharCode(0x966 + Number(digit)))],
    ["in mathematical digits", (text) => text.replace(/\d/g, (digit) => String.fromCodePoint(0x1d7ce + Number(digit)))],
  ])("%s they are read", (_, written) => {
    const wrong = EXAMPLES.filter((example) => !passes(written(example.international), example));
    expect(wrong).toEqual([]);
  });

  test("with hyphens they are read, unless a hyphen may separate a range or an extension", () => {
    const wrong = EXAMPLES.filter((example) => {
      const text = example.international.replace(/[^\d+]+/g, "-");
      return passes(text, example) === hyphenRefuses(text);
    });
    expect(wrong).toEqual([]);
    const refused = EXAMPLES.filter(({ international }) => hyphenRefuses(international.replace(/[^\d+]+/g, "-")));
    expect(refused.length).toBeLessThan(EXAMPLES.length / 10);
  });
});

test.each([
  ["+44 (0)20 7946 0958", "+442079460958"],
  ["+49 (0)30 901820", "+4930901820"],
  ["+39 (0)6 1234 5678", "+390612345678"],
])("a zero in brackets that is no part of the number, or surely one, is read: %s", (cell, phoneNumber) =>
  expect(readPhoneNumber(cell)).toEqual({ phoneNumber }),
);

test("a zero in brackets that may belong to the number or not is refused with both readings", () =>
  expect(readPhoneNumber("+39 (0)347 1234567")).toEqual({
    reason: expect.stringMatching(/\+3903471234567 or \+393471234567/),
  }));
