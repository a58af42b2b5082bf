/** Number of line ends in a text; CRLF, LF and CR count once each. */
export function countLineEnds(text: string): number {
  let ends = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) ends++;
  for (let at = text.indexOf("\r"); at >= 0; at = text.indexOf("\r", at + 1)) if (text[at + 1] !== "\n") ends++;
  return ends;
}

/** Counts the line, from 1, at which a text in pieces continues. A CRLF may be cut in two. */
export class LineCount {
  line = 1;
  private isBehindCr = false;

  add(text: string): void {
    if (text === "") return;
    this.line += countLineEnds(text) - (this.isBehindCr && text.startsWith("\n") ? 1 : 0);
    this.isBehindCr = text.endsWith("\r");
  }
}
