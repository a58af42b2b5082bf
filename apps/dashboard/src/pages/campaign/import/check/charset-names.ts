import type { Charset } from "@ringfence/intake";

/** Names of the charsets of files that are not Unicode, the likeliest first. */
export const OTHER_CHARSETS: { value: Charset; label: string }[] = [
  { value: "windows-1252", label: "Western European (Windows-1252)" },
  { value: "windows-1250", label: "Central European (Windows-1250)" },
  { value: "windows-1251", label: "Cyrillic (Windows-1251)" },
  { value: "macintosh", label: "Mac OS Roman" },
  { value: "shift_jis", label: "Japanese (Shift-JIS)" },
];

/** Whether a charset has every letter and can be recognised for sure. */
export const isUnicode = (charset: Charset): boolean => charset.startsWith("utf-");

/** The name of a charset for people. */
export const charsetName = (charset: Charset): string =>
  isUnicode(charset)
    ? charset.toUpperCase().replace(/[BL]E$/, "")
    : (OTHER_CHARSETS.find(({ value }) => value === charset)?.label ?? charset);
