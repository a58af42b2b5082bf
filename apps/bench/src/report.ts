import type { Figure } from "./figure.ts";

const digits = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);

/** The ratio to the bare work, null if there is none. */
export const ratioOf = ({ value, bare }: Figure): number | null => (bare ? value / bare : null);

/** Whether a figure is what it has to be; null if nothing is asked of it. */
export function holds(figure: Figure): boolean | null {
  const asked = /^(ratio )?(<=|>=) (\d+(?:\.\d+)?)$/.exec(figure.bar ?? "");
  if (!asked) return null;
  const [, ofRatio, direction, limit] = asked;
  const value = ofRatio ? (ratioOf(figure) ?? Number.NaN) : figure.value;
  return direction === "<=" ? value <= Number(limit) : value >= Number(limit);
}

/** The figures as a Markdown table. */
export function table(figures: readonly Figure[]): string {
  const head = ["what", "figure", "unit", "libraries alone", "ratio", "asked"];
  const rows = figures.map((figure) => {
    const ratio = ratioOf(figure);
    const verdict = { true: "", false: " (missed)", null: "" }[String(holds(figure)) as "true"];
    return [
      figure.what,
      digits(figure.value),
      figure.unit,
      figure.bare === undefined ? "" : digits(figure.bare),
      ratio === null ? "" : ratio.toFixed(2),
      `${figure.bar ?? ""}${verdict}`,
    ];
  });
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]!.length)));
  const line = (cells: string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at]!)).join(" | ")} |`;
  return [line(head), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...rows.map(line)].join("\n");
}
