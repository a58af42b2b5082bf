import type { Readable } from "node:stream";
import type { WriteStream } from "node:tty";
import { styleText } from "node:util";

type Style = "bold" | "dim" | "red" | "yellow" | "green" | "cyan";
/** Paints a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** Where the command writes and whom it can ask. */
export interface Io {
  stdout: WriteStream;
  stderr: WriteStream;
  stdin: Readable & { isTTY?: boolean };
  /** A line, or several, on stdout: the result. */
  out(text: string): void;
  /** A line, or several, on stderr: what is said beside the result. */
  note(text: string): void;
  /** Whether stdout is a terminal that can be redrawn. */
  terminal: boolean;
  /** Whether there is somebody to ask. */
  canAsk: boolean;
  /** For stdout and for stderr; without colours where the stream is no terminal, is dumb, or NO_COLOR is set. */
  paint: Paint;
  paintNote: Paint;
  /** Whether the locale shows more than ASCII. */
  unicode: boolean;
}

/** The streams of a process, with what they can do. */
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
