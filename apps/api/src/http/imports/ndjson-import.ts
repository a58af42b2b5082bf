import type { Readable } from "node:stream";
import type { ImportRow } from "@ringfence/campaigns";
import { CandidateInput } from "@ringfence/domain";
import { type Charset, decode, unstorable } from "@ringfence/intake";
import { bodyFault, readingFault } from "../bodies.ts";

/** Longest line, in characters: a body without line ends must not be gathered whole. */
const LONGEST_LINE = 100_000;
const LONGEST_TEXT = 200;

/**
 * Reads candidates from NDJSON (one JSON object per line) as it streams in. A line that is JSON but not a candidate is
 * unreadable and named; a line that is not JSON, too long or broken off throws `invalid_request`, because the body is not
 * what its sender meant.
 */
export async function* candidatesFromNdjson(body: Readable, charset: Charset): AsyncGenerator<ImportRow[]> {
  let line = 0;
  for await (const group of lines(body, charset)) {
    const rows: ImportRow[] = [];
    for (const text of group) {
      line++;
      if (text.trim() === "") continue;
      const values = parse(text, line);
      rows.push({ line, values, input: elementInput(values) });
    }
    yield rows;
  }
}

function parse(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw bodyFault(`line ${line}`, "Is not valid JSON");
  }
}

/** An element as a candidate, or the reason why it is not a candidate. */
export function elementInput(value: unknown): ImportRow["input"] {
  const { phone_number } = (value ?? {}) as { phone_number?: unknown };
  const unreadable = (reason: string) => ({
    phone_number: typeof phone_number === "string" ? phone_number.slice(0, LONGEST_TEXT) : "",
    unreadable: reason,
  });
  const parsed = CandidateInput.safeParse(value);
  if (parsed.success) {
    const fault = unstorable(JSON.stringify(value));
    return fault === null ? parsed.data : unreadable(fault);
  }
  const [issue] = parsed.error.issues;
  const path = issue!.path.join(".");
  const message = issue!.code === "unrecognized_keys" ? `${issue!.keys.join(", ")}: not known` : issue!.message;
  return unreadable(path ? `${path}: ${message}` : message);
}

/** The lines that each chunk completes. */
async function* lines(body: Readable, charset: Charset): AsyncGenerator<string[]> {
  let rest = "";
  try {
    // The stream stays open: the rest of the body has to be read, or the next request on the connection would wait behind it.
    const bytes = body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
    for await (const text of decode(bytes, charset)) {
      const parts = (rest + text).split("\n");
      rest = parts.pop()!;
      yield parts;
      if (rest.length > LONGEST_LINE) throw bodyFault("line", `Is longer than ${LONGEST_LINE} characters`);
    }
    yield [rest];
  } catch (error) {
    throw readingFault(error);
  } finally {
    body.resume();
  }
}
