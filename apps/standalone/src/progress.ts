import type { CallCounts } from "@ringfence/domain";

/** Where a batch stands. `failed` without the cancelled; the five counts add up to `total`. Time in ms. */
export interface Figures {
  total: number;
  completed: number;
  failed: number;
  inProgress: number;
  cancelled: number;
  pending: number;
  linesInUse: number;
  lineLimit: number;
  elapsedMs: number;
}

type Segment = "completed" | "failed" | "inProgress" | "cancelled" | "pending";

/** In the order of the bar: what is over, what is live, what will not happen, what is to come. Each differs in shape too, for terminals without colour. */
const SEGMENTS: readonly { of: Segment; glyph: string; colour: string; word: string }[] = [
  { of: "completed", glyph: "█", colour: "32", word: "completed" },
  { of: "failed", glyph: "x", colour: "31", word: "failed" },
  { of: "inProgress", glyph: "▒", colour: "36", word: "in progress" },
  { of: "cancelled", glyph: "-", colour: "33", word: "cancelled" },
  { of: "pending", glyph: "·", colour: "90", word: "pending" },
];
const WIDEST_BAR = 60;
const NARROWEST_BAR = 12;
const GAP = "   ";

/** The batch as a bar and its figures, no line longer than `width - 1` columns. */
export function renderProgress(figures: Figures, { width, colour }: { width: number; colour: boolean }): string[] {
  const room = Math.max(width - 1, 1);
  const paint = (text: string, code: string) => (colour && text !== "" ? `\u001b[${code}m${text}\u001b[0m` : text);
  const tail = [`${percentOver(figures)} %`.padStart(5), ended(figures), lines(figures), duration(figures.elapsedMs)];
  const beside = room - tail.join(GAP).length - GAP.length;
  const cells = apportion(figures, Math.min(beside >= NARROWEST_BAR ? beside : room, WIDEST_BAR));
  const bar = SEGMENTS.map(({ of, glyph, colour: code }) => paint(glyph.repeat(cells[of]), code)).join("");
  const legend = SEGMENTS.map(({ of, glyph, colour: code, word }) => ({
    plain: `${glyph} ${figures[of]} ${word}`,
    text: `${paint(glyph, code)} ${figures[of]} ${word}`,
  }));
  if (beside >= NARROWEST_BAR) return [`${bar}${GAP}${tail.join(GAP)}`, ...wrap(legend, room)];
  const below = tail.map((text) => ({ plain: text.trim(), text: text.trim() }));
  return [bar, ...wrap(below, room), ...wrap(legend, room)];
}

/** The same in one line of words, for files and pipes. */
export function describeProgress(figures: Figures): string {
  const counts = SEGMENTS.map(({ of, word }) => `${figures[of]} ${word}`);
  return [`${percentOver(figures)} %`, ...counts, lines(figures).replace(/ +/, " "), duration(figures.elapsedMs)].join(
    ", ",
  );
}

/** How the calls that are over ended, in the words of the bar: a cancelled call is no failed one. */
export function endsInWords({ completed_calls, failed_calls, cancelled_calls }: CallCounts): string {
  return `${completed_calls} completed, ${failed_calls - cancelled_calls} failed, ${cancelled_calls} cancelled`;
}

/** Minutes and seconds: 0:07, 12:30. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

const over = ({ total, inProgress, pending }: Figures): number => total - inProgress - pending;
const percentOver = (figures: Figures): number =>
  figures.total === 0 ? 100 : Math.floor((100 * over(figures)) / figures.total);
// Padded to the width of the figure they grow to, so that the bar beside them keeps its length.
const ended = (figures: Figures): string => `${pad(over(figures), figures.total)} of ${figures.total}`;
const lines = ({ linesInUse, lineLimit }: Figures): string => `lines ${pad(linesInUse, lineLimit)}/${lineLimit}`;
const pad = (count: number, most: number): string => String(count).padStart(String(most).length);

/** Shares `width` cells in proportion; whoever counts at least one gets a cell while there are enough. */
export function apportion(figures: Figures, width: number): Record<Segment, number> {
  const cells = { completed: 0, failed: 0, inProgress: 0, cancelled: 0, pending: 0 };
  const present = SEGMENTS.filter(({ of }) => figures[of] > 0).map(({ of }) => of);
  if (present.length === 0) return { ...cells, completed: width };
  const least = width >= present.length ? 1 : 0;
  const sum = present.reduce((all, of) => all + figures[of], 0);
  const due = (of: Segment) => (width * figures[of]) / sum;
  for (const of of present) cells[of] = Math.max(least, Math.floor(due(of)));
  const shared = () => present.reduce((all, of) => all + cells[of], 0);
  const mostOwed = (a: Segment, b: Segment) => due(b) - cells[b] - (due(a) - cells[a]);
  while (shared() < width) cells[present.sort(mostOwed)[0]!] += 1;
  while (shared() > width)
    cells[
      present
        .filter((of) => cells[of] > least)
        .sort(mostOwed)
        .at(-1)!
    ] -= 1;
  return cells;
}

/** Joins pieces into lines that fit by the length of their `plain` form; a piece that is itself too long is cut. */
function wrap(pieces: { plain: string; text: string }[], room: number): string[] {
  const rows: { plain: string; text: string }[] = [];
  for (const { plain, text } of pieces) {
    const last = rows.at(-1);
    if (last && last.plain.length + GAP.length + plain.length <= room) {
      last.plain += GAP + plain;
      last.text += GAP + text;
    } else rows.push({ plain, text: plain.length <= room ? text : plain.slice(0, room) });
  }
  return rows.map(({ text }) => text);
}
