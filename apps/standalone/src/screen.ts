import type { WriteStream } from "node:tty";
import { describeProgress, type Figures, renderProgress } from "./progress.ts";

/** Columns of a terminal that does not tell. */
const USUAL_WIDTH = 80;

/** Where a command speaks: lines that stay, and below them progress that is redrawn in place. */
export interface Screen {
  say(text: string): void;
  /** Redraws the progress; where nothing can be redrawn, writes a line whenever a count has changed. */
  progress(figures: Figures): void;
  /** Leaves the progress as it stands; what comes after goes below it. */
  settle(): void;
}

type Output = Pick<WriteStream, "write" | "isTTY" | "columns">;

/** Creates a screen on `output`; colours only on a terminal, and not with NO_COLOR set. */
export function createScreen(output: Output, environment: Record<string, string | undefined>): Screen {
  const live = output.isTTY === true && environment.TERM !== "dumb";
  const colour = live && !environment.NO_COLOR;
  let drawn: string[] = [];
  let described = "";

  const toTop = () => (drawn.length > 1 ? `\r\u001b[${drawn.length - 1}A` : "\r");
  const erase = () => output.write(`${toTop()}\u001b[J`);
  // Written over and in one piece, not erased first: nothing flickers.
  const draw = (lines: string[]) => {
    output.write(`${toTop()}${lines.map((line) => `${line}\u001b[K`).join("\n")}\u001b[J`);
    drawn = lines;
  };

  return {
    say: (text) => {
      const below = drawn;
      if (below.length > 0) erase();
      drawn = [];
      output.write(`${text}\n`);
      if (below.length > 0) draw(below);
    },
    progress: (figures) => {
      if (live) return draw(renderProgress(figures, { width: output.columns || USUAL_WIDTH, colour }));
      const counts = describeProgress({ ...figures, elapsedMs: 0 });
      if (counts !== described) output.write(`${describeProgress(figures)}\n`);
      described = counts;
    },
    settle: () => {
      if (drawn.length > 0) output.write("\n");
      drawn = [];
    },
  };
}
