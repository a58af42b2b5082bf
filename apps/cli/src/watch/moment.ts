import type { Schemas } from "@ringfence/client";
import { isDialling, type Look, type Pace, paceInWords, paceOf, roughly } from "@ringfence/domain";
import { calls, count, words } from "../terminal/text.ts";
import { stoodStill } from "../words/blocked.ts";
import { told } from "../words/told.ts";
import { type Figures, figuresOf } from "./figures.ts";

/** What is watched. */
export interface Subject {
  kind: "batch" | "campaign";
  id: string;
}

/** The result of one poll. `at` is in ms since 1970; `pace` is null if it cannot be estimated. */
export interface Moment {
  at: number;
  subject: Subject;
  seen: Schemas["Batch"] | Schemas["Campaign"];
  lines: Schemas["Lines"];
  figures: Figures;
  pace: Pace | null;
}

/** Whether no further call is dialled; then there is no pace, and nobody knows when the last calls end. */
export const isStill = ({ over, stopped }: Figures, lines: Schemas["Lines"]): boolean =>
  over || stopped || !isDialling(lines.blocked_by);

/** Builds a moment from the answers of one poll. */
export function momentOf(
  at: number,
  subject: Subject,
  seen: Moment["seen"],
  lines: Schemas["Lines"],
  look: Look,
): Moment {
  const figures = figuresOf(seen);
  const pace = isStill(figures, lines) ? null : paceOf(seen, look, at);
  return { at, subject, seen, lines, figures, pace };
}

/** "40 %, 12 of 30 ended". */
export function share({ figures }: Moment): string {
  const done = figures.total - figures.pending - figures.inProgress;
  const percent = figures.total === 0 ? 100 : Math.floor((done / figures.total) * 100);
  return `${percent} %, ${count(done)} of ${count(figures.total)} ended`;
}

/** Lines, workers, pace and the time left, in words. */
export function going({ lines, pace }: Moment): string {
  return [
    `lines ${count(lines.in_use)} of ${count(lines.limit)}`,
    `${count(lines.workers)} ${lines.workers === 1 ? "worker" : "workers"}`,
    ...(lines.simulated ? ["simulated Retell"] : []),
    ...(pace === null ? [] : [`${paceInWords(pace.callsPerMinute)} calls a minute`]),
    ...(pace === null || pace.msLeft === null ? [] : [`${roughly(pace.msLeft)} left`]),
  ].join(", ");
}

/** Why nobody is dialled; null if calls are dialled. */
export function holding({ lines }: Moment): string | null {
  const still = stoodStill(lines);
  if (still !== null && lines.blocked_by !== "held") return `No dialling: ${still}`;
  return lines.held && `No dialling since ${lines.held.since.slice(11, 19)}Z: ${told(lines.held.reason)}`;
}

/** A poll as one line. */
export const inWords = (moment: Moment): string => {
  const { completed, failed, cancelled, inProgress, pending } = moment.figures;
  const counts = `${count(completed)} completed, ${count(failed)} failed, ${count(cancelled)} cancelled`;
  const open = `${count(inProgress)} in progress, ${count(pending)} pending`;
  return [share(moment), counts, open, going(moment), ...(holding(moment) === null ? [] : [holding(moment)])].join(
    "; ",
  );
};

/** The final line: how the batch or campaign ended. */
export function finalWords({ subject: { kind, id }, figures }: Moment): string {
  const { completed, failed, cancelled } = figures;
  const counts = `${count(completed)} completed, ${count(failed)} failed, ${count(cancelled)} cancelled`;
  if (kind === "batch") return `Batch ${id} is ${words(figures.status)}: ${calls(figures.total)}, ${counts}.`;
  return `Campaign ${id}, ${figures.status}, has no unfinished call: ${calls(figures.total)}, ${counts}.`;
}

/** What a person needs to know who stops watching. */
export function partingWords({ kind, id }: Subject): string {
  return `Watching has ended; the calls go on.
  watch again:  ringfence watch ${id}
  stop calling: ringfence ${kind === "batch" ? "pause" : "stop"} ${id}`;
}

/** Whether two polls show the same figures. */
export const same = (one: Moment, other: Moment): boolean =>
  JSON.stringify([one.seen, lasting(one.lines)]) === JSON.stringify([other.seen, lasting(other.lines)]);

/** The lines without the fields that change with every dial. */
const lasting = (lines: Schemas["Lines"]) => ({ ...lines, next_dial_at: null, blocked_by: stoodStill(lines) });
