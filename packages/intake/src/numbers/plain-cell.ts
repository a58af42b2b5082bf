/** Digits of other scripts come in runs of ten, beginning with the zero (unicode.org/reports/tr44, General_Category=Nd). */
const OTHER_DIGIT = /[^\P{Nd}0-9]/gu;
/** Offset of the full-width forms of ASCII (U+FF01 to U+FF5E). */
const FULL_WIDTH = /[\uff01-\uff5e]/g;
const FULL_WIDTH_OFFSET = 0xfee0;

/** The plus sign in its other forms: superscript, small, heavy. */
const PLUS = /[\u207a\ufe62\u2795]/g;
/** Every dash of Unicode, the minus signs, and the long-vowel marks that Japanese keyboards type for a dash. */
const DASH = /[\p{Pd}\u2212\u207b\u2796\u30fc\uff70]/gu;
const TILDE = /[\u02dc\u2053\u223c\u301c]/g;
const SLASH = /[\u2044\u2215\u29f8]/g;
const BLANK = /\p{Zs}/gu;
/** Format characters, such as the zero-width space, direction marks and soft hyphens, and variation selectors, all invisible. */
const UNSEEN = /\p{Cf}|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/gu;

/**
 * A cell with its digits, spaces and signs as ASCII, without what spreadsheets and address books put around a
 * number: a leading apostrophe, `="..."`, `tel:`. A leading `00` becomes `+`.
 */
export function plainCell(cell: string): string {
  let text = cell
    .replace(UNSEEN, "")
    .replace(FULL_WIDTH, (char) => String.fromCharCode(char.charCodeAt(0) - FULL_WIDTH_OFFSET))
    .replace(OTHER_DIGIT, (digit) => String(valueOfDigit(digit.codePointAt(0)!)))
    .replace(PLUS, "+")
    .replace(DASH, "-")
    .replace(TILDE, "~")
    .replace(SLASH, "/")
    .replace(BLANK, " ")
    .trim();
  text = text.replace(/^['\u2018\u2019]\s*/, "");
  text = text.replace(/^=\s*"(.*)"$/s, "$1").trim();
  text = text.replace(/^tel:\s*/i, "");
  return text.replace(/^\(\s*(?=\+|00)/, "").replace(/^00\s*(?=[1-9(])/, "+");
}

const isDigit = (codePoint: number): boolean => /^\p{Nd}$/u.test(String.fromCodePoint(codePoint));

function valueOfDigit(codePoint: number): number {
  let before = 0;
  while (isDigit(codePoint - before - 1)) before++;
  return before % 10;
}
