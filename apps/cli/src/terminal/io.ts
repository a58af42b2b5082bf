import type { Readable } from "node:stream";
import type { WriteStream } from "node:tty";
import { styleText } from "node:util";

type Style = "bold" | "dim" | "red" | "yellow" | "green" | "cyan";
/** Paints a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** The command's output streams, and whether it can ask. */
export interface Io {
  stdout: WriteStream;
  stderr: WriteStream;
  stdin: Readable & { isTTY?: boolean };
  /** Writes lines of the result to stdout. */
  out(text: string): void;
  /** Writes lines of notes to stderr. */
  note(text: string): void;
  /** Whether stdout is a terminal that can be redrawn. */
  terminal: boolean;
  /** Whether a person can be asked. */
  canAsk: boolean;
  /** Painters for stdout and for stderr; without colours if the stream is not a terminal, the terminal is dumb, or NO_COLOR is set. */
  paint: Paint;
  paintNote: Paint;
  /** Whether the locale can show more than ASCII. */
  unicode: boolean;
}

/** The streams of a process, with their capabilities. */
export function createIo(
  { stdout, stderr, stdin }: Pick<Io, "stdout" | "stderr" | "stdin">,
  environment: NodeJS.ProcessEnv,
): Io {
  const dumb = environment.TERM === "dumb";
  const painter = (stream: WriteStream): Paint => {
    const colours = stream.isTTY && !dumb && !environment.NO_COLOR;
    return (style, text) => (colours ? styleText(style, text) : text);
  };
  return {
    stdout,
    stderr,
    stdin,
    out: (text) => void stdout.write(`${text}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    terminal: Boolean(stdout.isTTY) && !dumb,
    canAsk: Boolean(stdin.isTTY && stderr.isTTY),
    paint: painter(stdout),
    paintNote: painter(stderr),
    unicode: /utf-?8/i.test(environment.LC_ALL || environment.LC_CTYPE || environment.LANG || ""),
  };
}
