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
    text: `${paint(glyph, code)} ${figures[of]} ${word}`,
    length: `${glyph} ${figures[of]} ${word}`.length,
  }));
  const plain = tail.map((text) => ({ text: text.trim(), length: text.trim().length }));
  return beside >= NARROWEST_BAR
    ? [`${bar}${GAP}${tail.join(GAP)}`, ...wrap(legend, room)]
    : [bar, ...wrap(plain, room), ...wrap(legend, room)];
}

/** The same in one line of words, for files and pipes. */
export function describeProgress(figures: Figures): string {
  const counts = SEGMENTS.map(({ of, word }) => `${figures[of]} ${word}`);
  return [`${percentOver(figures)} %`, ...counts, lines(figures).replace("  ", " "), duration(figures.elapsedMs)].join(", ");
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

/** Shares `width` cells by largest remainder; whoever counts at least one gets a cell while there are enough. */
export function apportion(figures: Figures, width: number): Record<Segment, number> {
  const present = SEGMENTS.filter(({ of }) => figures[of] > 0).map(({ of }) => of);
  const cells = { completed: 0, failed: 0, inProgress: 0, cancelled: 0, pending: 0 };
  if (present.length === 0) return { ...cells, completed: width };
  const least = width >= present.length ? 1 : 0;
  const total = present.reduce((sum, of) => sum + figures[of], 0);
  const shares = present.map((of) => ({ of, share: ((width - least * present.length) * figures[of]) / total }));
  for (const { of, share } of shares) cells[of] = least + Math.floor(share);
  const left = width - present.reduce((sum, of) => sum + cells[of], 0);
  const byRemainder = shares.sort((a, b) => (b.share % 1) - (a.share % 1));
  for (const { of } of byRemainder.slice(0, left)) cells[of] += 1;
  return cells;
}

/** Joins pieces into lines that fit; a piece that is itself too long is cut. */
function wrap(pieces: { text: string; length: number }[], room: number): string[] {
  const rows: { text: string; length: number }[] = [];
  for (const piece of pieces) {
    const last = rows.at(-1);
    if (last && last.length + GAP.length + piece.length <= room) {
      last.text += GAP + piece.text;
      last.length += GAP.length + piece.length;
    } else if (piece.length <= room) rows.push({ ...piece });
    else rows.push({ text: withoutColour(piece.text).slice(0, room), length: room });
  }
  return rows.map(({ text }) => text);
}

const withoutColour = (text: string): string => text.replaceAll(new RegExp("\u001b\\[\\d+m", "g"), "");
