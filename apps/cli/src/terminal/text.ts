const LONGEST_CELL = 60;

/** Makes an untrusted text safe on a terminal: control and direction characters become "?". */
export const plain = (text: string): string => text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, "?");

/** Columns below a header, two spaces apart, with figures aligned right. Long texts are cut, except in the column named by `whole`. */
export function table(header: string[], rows: (string | number | null)[][], whole?: string): string {
  const cells = [header, ...rows.map((row) => row.map((value, n) => cell(value, header[n] === whole)))];
  const right = header.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === "number"));
  const widths = header.map((_, column) => Math.max(...cells.map((row) => [...(row[column] ?? "")].length)));
  return cells
    .map((row) =>
      row
        .map((text, column) => {
          const padding = " ".repeat(widths[column]! - [...text].length);
          return right[column] ? padding + text : text + padding;
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function cell(value: string | number | null, whole: boolean): string {
  if (value === null) return "-";
  if (typeof value === "number") return count(value);
  const text = plain(value);
  return !whole && [...text].length > LONGEST_CELL ? `${[...text].slice(0, LONGEST_CELL - 3).join("")}...` : text;
}

/** Names and values, one pair per line. */
export function record(fields: [name: string, value: string | number | null][]): string {
  const width = Math.max(...fields.map(([name]) => name.length));
  return fields
    .map(([name, value]) => {
      const text = typeof value === "string" ? plain(value) : value === null ? "-" : count(value);
      return `${name.padEnd(width)}  ${text}`;
    })
    .join("\n");
}

/** 12345 as 12,345. */
export const count = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 3 });

/** "1 call", "12 calls". */
export const calls = (value: number): string => `${count(value)} ${value === 1 ? "call" : "calls"}`;

/** ISO 8601 to the minute, in UTC, as "2026-11-25 12:09Z". */
export const minute = (time: string | null): string | null =>
  time === null ? null : `${time.slice(0, 16).replace("T", " ")}Z`;

/** Milliseconds as "0:07", "1:05" or "2:00:00". */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** A status word for people. */
export const words = (status: string): string => status.replaceAll("_", " ");
