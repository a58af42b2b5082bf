/** A whole file or body that cannot be read. `line` is where, if that is known; the message says what is wrong and the remedy. */
export class IntakeFault extends Error {
  override readonly name = "IntakeFault";

  constructor(
    message: string,
    /** 1 is the first line; null: no line in particular. */
    readonly line: number | null = null,
    /** The part of a request that is at fault: a line, the header row, one of its columns, or the body. */
    readonly path: string = line === null ? "body" : `line ${line}`,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
