import type { Paint } from "../terminal/io.ts";
import { count } from "../terminal/text.ts";
import type { Figures } from "./figures.ts";

const KINDS = [
  { name: "completed", label: "completed", style: "green", unicode: "\u2588", ascii: "#" },
  { name: "failed", label: "failed", style: "red", unicode: "x", ascii: "x" },
  { name: "cancelled", label: "cancelled", style: "dim", unicode: "-", ascii: "-" },
  { name: "inProgress", label: "in progress", style: "cyan", unicode: "\u2592", ascii: "=" },
  { name: "pending", label: "pending", style: "dim", unicode: "\u00b7", ascii: "." },
] as const;

/** How the terminal can draw. */
export interface Look {
  paint: Paint;
  unicode: boolean;
}

/** A bar of `cells` cells, in which each kind of call has its share. */
export function bar(figures: Figures, cells: number, { paint, unicode }: Look): string {
  let before = 0;
  const edge = () => (figures.total === 0 ? 0 : Math.round((before / figures.total) * cells));
  return KINDS.map((kind) => {
    const from = edge();
    before += figures[kind.name];
    const part = (unicode ? kind.unicode : kind.ascii).repeat(edge() - from);
    return part && paint(kind.style, part);
  }).join("");
}

/** The legend of the bar, with the counts. */
export const legend = (figures: Figures, { paint, unicode }: Look): string =>
  KINDS.map(
    (kind) => `${paint(kind.style, unicode ? kind.unicode : kind.ascii)} ${count(figures[kind.name])} ${kind.label}`,
  ).join("   ");
