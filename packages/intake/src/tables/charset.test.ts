import fc from "fast-check";
import type { IntakeFault } from "../intake-fault.ts";
import { charsetOf, decode, firstLineNotUtf8, isCharset, markedCharset } from "./charset.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf16 = (text: string, isBig = false): Uint8Array => {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let n = 0; n < text.length; n++) view.setUint16(n * 2, text.charCodeAt(n), !isBig);
  return new Uint8Array(view.buffer);
};
const bytes = (...parts: (number | string | Uint8Array)[]): Uint8Array =>
  new Uint8Array(
    parts.flatMap((part) => (typeof part === "number" ? [part] : [...(typeof part === "string" ? utf8(part) : part)])),
  );
const inChunksOf = function* (all: Uint8Array, size: number) {
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
};
const textOf = async (chunks: Iterable<Uint8Array>, charset?: string): Promise<string> => {
  let text = "";
  for await (const piece of decode(chunks, charset)) text += piece;
  return text;
};
const SIZES = [1, 2, 3, 5, 7, 600, 100_000];

describe("decoding", () => {
  const text = "phone;n\u00e4me\r\n+49;J\u00f6rg \u8a9e \u{1f600}\r\n";
  test.each<[string, Uint8Array, string | undefined, string]>([
    ["UTF-8", utf8(text), undefined, text],
    ["UTF-8 with a mark", bytes(0xef, 0xbb, 0xbf, text), undefined, text],
    ["UTF-8 with a mark that is called something else", bytes(0xef, 0xbb, 0xbf, text), "windows-1252", text],
    ["UTF-16 LE with a mark", bytes(0xff, 0xfe, utf16(text)), undefined, text],
    ["UTF-16 BE with a mark", bytes(0xfe, 0xff, utf16(text, true)), undefined, text],
    ["UTF-16 LE by name", utf16(text), "utf-16le", text],
    ["Windows-1252", bytes("a", 0xe9, 0x80), "windows-1252", "a\u00e9\u20ac"],
    ["Latin-1, which is Windows-1252", bytes("a", 0xe9), "iso-8859-1", "a\u00e9"],
    ["Windows-1250", bytes(0x8a, 0xe8), "windows-1250", "\u0160\u010d"],
    ["Windows-1251", bytes(0xcf, 0xf0), "windows-1251", "\u041f\u0440"],
    ["MacRoman", bytes(0x8a, 0x9f), "macintosh", "\u00e4\u00fc"],
    ["Shift-JIS", bytes(0x93, 0x64, 0x98, 0x62), "shift_jis", "\u96fb\u8a71"],
    ["nothing", bytes(), undefined, ""],
  ])("%s is decoded to its text, in chunks of any size", async (_, all, charset, expected) => {
    for (const size of SIZES) expect(await textOf(inChunksOf(all, size), charset)).toBe(expected);
  });

  test.each<[string, Uint8Array, string | undefined, number]>([
    ["Latin-1 for UTF-8", bytes("phone\n1;M", 0xfc, "ller\n"), undefined, 2],
    ["behind CRLF", bytes("a\r\nb\r\nc\r\nM", 0xfc, "ller\r\n"), undefined, 4],
    ["behind CR", bytes("a\rb\rM", 0xfc, "ller\r"), undefined, 3],
    ["behind long characters", bytes("\u8a9e\u{1f600}\n\u8a9e\u{1f600}", 0xff, "\n"), undefined, 2],
    ["behind U+FFFD, which is text", bytes("\ufffd\n\ufffd\n", 0xff, "\n"), undefined, 3],
    ["cut off at the end", bytes("a\nb", 0xe8, 0xaa), undefined, 2],
    ["a lone surrogate in UTF-16", bytes(0xff, 0xfe, utf16("a\n\u010a\u0a0a\u{1f600}\nb\ud83dx\nc")), undefined, 3],
    ["a lone surrogate in UTF-16 by another label", utf16("a\n\u0a0a\nb\ud83dx\nc"), "UCS-2", 3],
    ["half a letter in UTF-16", bytes(0xfe, 0xff, utf16("a\nb", true), 0x00), undefined, 2],
    ["in Shift-JIS", bytes("a\n", 0x93, 0x64, "\n", 0x93, 0x0a, "b\n"), "shift_jis", 3],
  ])(
    "bytes that are not of the charset are a fault at their line, in chunks of any size: %s",
    async (_, all, charset, line) => {
      for (const size of SIZES) {
        const fault = (await textOf(inChunksOf(all, size), charset).catch((error: unknown) => error)) as IntakeFault;
        expect(fault).toMatchObject({
          name: "IntakeFault",
          line,
          message: expect.stringContaining("Holds bytes that are not"),
        });
      }
    },
  );

  test("the fault names the remedy", async () => {
    await expect(textOf([bytes(0xff)])).rejects.toThrow("not UTF-8; save it as UTF-8 and send it again");
    await expect(textOf([bytes(0x93)], "shift_jis")).rejects.toThrow(
      "not SHIFT_JIS; name its charset, or save it as UTF-8",
    );
  });

  test("valid bytes are decoded however they are cut; one bad byte is found in its line", async () => {
    const piece = fc.constantFrom("a", "\u00e9", "\u8a9e", "\u{1f600}", "\n", "\r\n", "\r", "\ufffd");
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece),
        fc.array(piece),
        fc.integer({ min: 1, max: 9 }),
        async (before, after, size) => {
          const [start, rest] = [before.join(""), after.join("")];
          expect(await textOf(inChunksOf(utf8(start + rest), size))).toBe(start + rest);
          const bad = bytes(start, 0xff, rest);
          const line = start.split(/\r\n|\n|\r/).length;
          expect(firstLineNotUtf8(bad)).toBe(line);
          // Chunks may begin anywhere.
          const long = "x".repeat(600);
          await expect(textOf(inChunksOf(bytes(long, bad), size))).rejects.toMatchObject({ line });
        },
      ),
    );
  });

  test("a valid UTF-8 text has no faulty line", () => expect(firstLineNotUtf8(utf8("a\n\ufffd\u00e9"))).toBeNull());
});

describe("the charset of a whole file", () => {
  const letters = utf8("phone,name\n+49,Jorg\n".repeat(100_000));
  test.each<[string, Uint8Array, string]>([
    ["ASCII", letters, "utf-8"],
    ["nothing", bytes(), "utf-8"],
    ["UTF-8 whose first other letter comes late", bytes(letters, "J\u00f6rg"), "utf-8"],
    ["Windows-1252 whose first other letter comes late", bytes(letters, "J", 0xf6, "rg\n"), "windows-1252"],
    ["UTF-8 that is cut off", bytes(letters, 0xe8, 0xaa), "windows-1252"],
    ["UTF-8 with a mark", bytes(0xef, 0xbb, 0xbf, "a"), "utf-8"],
    ["UTF-16 LE with a mark", bytes(0xff, 0xfe, utf16("\u8a9e")), "utf-16le"],
    ["UTF-16 BE with a mark", bytes(0xfe, 0xff, utf16("\u8a9e", true)), "utf-16be"],
    ["UTF-16 LE without", utf16("phone\n+49"), "utf-16le"],
    ["UTF-16 BE without", utf16("phone\n+49", true), "utf-16be"],
    ["ASCII with one NUL", bytes("phone\n", 0, "\n"), "utf-8"],
  ])("%s", async (_, all, charset) => {
    for (const size of [1, 3, 65_536]) {
      if (all.length / size < 100_000) expect(await charsetOf(inChunksOf(all, size))).toBe(charset);
    }
  });

  test("the detected charset decodes the file", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 50 }), async (any) => {
        const all = bytes("phone\n", any);
        await expect(textOf([all], await charsetOf([all]))).resolves.toEqual(expect.any(String));
      }),
    );
  });
});

test.each([
  ["utf-8", true],
  ["UTF8", true],
  ["latin1", true],
  ["windows-1252", true],
  ["shift_jis", true],
  ["macintosh", true],
  ["utf-7", false],
  ["", false],
  ["constructor", false],
])("%j is a charset: %s", (label, expected) => expect(isCharset(label)).toBe(expected));

test("a byte order mark is recognised only at the beginning", () => {
  expect(markedCharset(bytes("a", 0xff, 0xfe))).toBeNull();
  expect(markedCharset(bytes(0xff))).toBeNull();
});
