import type { Readable } from "node:stream";
import type { ImportRow } from "@ringfence/campaigns";
import { CandidateInput } from "@ringfence/domain";
import { bodyFault, brokenOff } from "./bodies.ts";

/** Longest line, in characters: a body without line ends must not be gathered whole. */
const LONGEST_LINE = 100_000;
const LONGEST_TEXT = 200;

/**
 * Reads candidates from NDJSON (one JSON object a line) as it streams in. A line that is JSON but no candidate is
 * unreadable and named; one that is not JSON, too long or broken off throws `invalid_request`, as then the body is not
 * what its sender meant.
 */
export async function* candidatesFromNdjson(body: Readable): AsyncGenerator<ImportRow> {
  let line = 0;
  for await (const text of lines(body)) {
    line++;
    if (text.trim() === "") continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw bodyFault(`line ${line}`, "Is not valid JSON");
    }
    yield toRow(value);
  }
}

function toRow(value: unknown): ImportRow {
  const parsed = CandidateInput.safeParse(value);
  if (parsed.success) return parsed.data;
  const { phone_number } = (value ?? {}) as { phone_number?: unknown };
  const [issue] = parsed.error.issues;
  const path = issue!.path.join(".");
  const message = issue!.code === "unrecognized_keys" ? `${issue!.keys.join(", ")}: not known` : issue!.message;
  return {
    phone_number: typeof phone_number === "string" ? phone_number.slice(0, LONGEST_TEXT) : "",
    unreadable: path ? `${path}: ${message}` : message,
  };
}

async function* lines(body: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  try {
    // The body outlives this: its rest has to be read, or the next request on the connection would wait behind it.
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      const parts = (rest + decode(decoder, chunk as Buffer)).split("\n");
      rest = parts.pop()!;
      yield* parts;
      if (rest.length > LONGEST_LINE) throw bodyFault("line", `Is longer than ${LONGEST_LINE} characters`);
    }
    yield rest + decode(decoder);
  } catch (error) {
    throw brokenOff(error);
  } finally {
    body.resume();
  }
}

function decode(decoder: TextDecoder, chunk?: Buffer): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch {
    throw bodyFault("body", "Is not UTF-8");
  }
}
