import { checkNumber } from "./sift-rows.ts";

test.each([
  ["+14155551000", "+14155551000"],
  [" +14155551000\t", "+14155551000"],
  ["+1 (415) 555-1000", "+14155551000"],
  ["+1.415.555.1000", "+14155551000"],
  ["+49 151 12345678", "+4915112345678"],
  ["+44 (0)20 7946 0958", "+442079460958"],
  ["+298123456", "+298123456"],
])("the number %j is %s", (text, phoneNumber) => expect(checkNumber(text)).toEqual({ phoneNumber }));

test.each<[string, RegExp]>([
  ["", /missing/],
  [" \t", /missing/],
  ["4155551000", /international/],
  ["(415) 555-1000", /international/],
  ["0049 151 12345678", /international/],
  ["tel:+14155551000", /international/],
  ["+", /not a phone number/],
  ["+1", /not a phone number/],
  ["+999 123456789", /not a phone number/],
  ["+1 415 CALL NOW", /not a phone number/],
  ["+14155551000abc", /not a phone number/],
  ["+14155551000, +14155551001", /not a phone number|digits/],
  ["+1415555", /digits/],
  ["+1415555100000", /digits/],
  [`+${"1".repeat(400)}`, /not a phone number|digits/],
  ["+14155551000 ext. 7", /extension/],
  ["+14155551000;ext=7", /extension|not a phone number/],
  ["+\0", /not a phone number/],
])("the number %j is rejected", (text, reason) =>
  expect(checkNumber(text)).toEqual({ reason: expect.stringMatching(reason) }),
);
