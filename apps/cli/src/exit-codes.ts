/** The exit codes of the command; scripts may rely on them. */
export const EXIT = {
  done: 0,
  refused: 1,
  usage: 2,
  unreachable: 3,
  key: 4,
  cancelled: 5,
  rejected: 6,
  declined: 7,
  /** Ctrl-C, as shells count it. */
  interrupted: 130,
  terminated: 143,
} as const;

/** The exit codes, explained for people. */
export const EXIT_HELP = `Exit codes:
    0  done
    1  the API refused; code, detail and every field are printed
    2  wrong usage or settings, or a file that cannot be read; nothing was changed
    3  the API cannot be reached, or is unavailable for now
    4  the key is missing, unknown, or may not do this
    5  watch: the batch or campaign was stopped before all were called
    6  rows or numbers were rejected (import: with --strict, or if all rows were)
    7  not confirmed; nothing was stopped or deleted
  130  watching was ended with Ctrl-C; the calls go on`;

/** An error of the command itself. Scripts read `code`, as in a problem of the API. */
export class CliError extends Error {
  override readonly name = "CliError";

  constructor(
    readonly exitCode: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Wrong usage, exit code 2. */
export const usage = (message: string): CliError => new CliError(EXIT.usage, "usage", message);
