import { createLogUpdate } from "log-update";
import type { Io } from "../terminal/io.ts";
import { plain, words } from "../terminal/text.ts";
import { bar, legend } from "./bar.ts";
import { finalWords, going, holding, inWords, type Moment, partingWords, type Subject, same, share } from "./moment.ts";

/** Shortest time between two printed lines without a terminal, in ms. */
const LINE_EVERY_MS = 5_000;
const WIDEST_BAR = 60;
/** Of a terminal that does not tell its size, such as one made by a program: it says 0. */
const USUAL = { columns: 80, rows: 24 };

/** Shows the progress of what is watched. */
export interface Reporter {
  look(moment: Moment): void;
  /** The API does not answer; `reason` says why. */
  away(reason: string): void;
  /** The API answers again. */
  back(): void;
  end(moment: Moment): void;
  /** Leaves the picture in place; later output goes below it. */
  settle(): void;
  /** Watching ends before the calls do. */
  leave(subject: Subject): void;
}

const GONE = "The API does not answer; retrying";
const BACK = "The API answers again";

/** Reports to a person: a live picture on a terminal, otherwise a line from time to time. `hint` says what Ctrl-C does. */
export const reporterOn = (io: Io, hint: string): Reporter =>
  io.terminal ? liveReporter(io, hint) : plainReporter(io);

/** A picture that is redrawn in place. */
function liveReporter(io: Io, hint: string): Reporter {
  const screen = createLogUpdate(sized(io.stdout));
  let last: Moment | null = null;
  let trouble: string | null = null;
  const draw = () =>
    screen([...(last ? picture(last, io, hint) : []), ...(trouble ? [io.paint("yellow", trouble)] : [])].join("\n"));
  return {
    look: (moment) => {
      last = moment;
      draw();
    },
    away: (reason) => {
      trouble = `${GONE} (${plain(reason)})`;
      draw();
    },
    back: () => {
      trouble = null;
    },
    end: (moment) => {
      screen(picture(moment, io, hint).slice(0, 3).join("\n"));
      screen.done();
      io.out(finalWords(moment));
    },
    settle: () => screen.done(),
    leave: (subject) => {
      screen.done();
      io.note(partingWords(subject));
    },
  };
}

/** The stream with a size in any case: of 0 rows log-update shows none. */
const sized = (stream: Io["stdout"]): Io["stdout"] =>
  Object.create(stream, {
    columns: { get: () => stream.columns || USUAL.columns },
    rows: { get: () => stream.rows || USUAL.rows },
    write: { value: stream.write.bind(stream) },
  });

/** The lines of the picture: title, bar, counts, lines, hold. */
export function picture(
  moment: Moment,
  io: Pick<Io, "paint" | "unicode"> & { stdout: { columns?: number } },
  hint: string,
): string[] {
  const { subject, figures } = moment;
  const cells = Math.max(10, Math.min(WIDEST_BAR, (io.stdout.columns || USUAL.columns) - 30));
  const held = holding(moment);
  return [
    `${subject.kind === "batch" ? "Batch" : "Campaign"} ${subject.id}, ${words(figures.status)}`,
    `${bar(figures, cells, io)}  ${share(moment)}`,
    legend(figures, io),
    going(moment),
    ...(held === null ? [] : [io.paint("yellow", plain(held))]),
    io.paint("dim", hint),
  ];
}

/** A line from time to time, when figures have changed; for files and pipes. */
function plainReporter(io: Io): Reporter {
  let told: Moment | null = null;
  return {
    look: (moment) => {
      if (told && (same(told, moment) || moment.at - told.at < LINE_EVERY_MS)) return;
      io.out(plain(inWords(moment)));
      told = moment;
    },
    away: (reason) => io.note(`${GONE} (${plain(reason)})`),
    back: () => io.note(BACK),
    end: (moment) => io.out(finalWords(moment)),
    settle: () => undefined,
    leave: (subject) => io.note(partingWords(subject)),
  };
}

/** NDJSON: one poll per line whenever something changed. Notes are JSON on stderr. */
export function jsonReporter(io: Io): Reporter {
  let told: Moment | null = null;
  const write = (moment: Moment) => {
    if (told && same(told, moment)) return;
    told = moment;
    const { pace } = moment;
    io.out(
      JSON.stringify({
        at: new Date(moment.at).toISOString(),
        [moment.subject.kind]: moment.seen,
        lines: moment.lines,
        calls_per_minute: pace && Math.round(pace.callsPerMinute * 10) / 10,
        seconds_left: pace && pace.msLeft !== null ? Math.round(pace.msLeft / 1_000) : null,
      }),
    );
  };
  const note = (code: string, detail: string) => io.note(JSON.stringify({ code, detail }));
  return {
    look: write,
    away: (reason) => note("unreachable", `${GONE} (${reason})`),
    back: () => note("reachable", BACK),
    end: write,
    settle: () => undefined,
    leave: () => note("interrupted", "Watching has ended; the calls go on"),
  };
}
