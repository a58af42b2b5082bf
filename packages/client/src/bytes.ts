/** Any source of bytes: a browser's file, a web stream, a Node stream, a generator, a text. */
export type ByteSource =
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array | string>
  | Iterable<Uint8Array | string>
  | string;

/**
 * A source as a request's body. One chunk is in memory at a time, and reading keeps pace with sending. `failure` is what the
 * source threw, if it did, because fetch hides that behind an error of its own.
 */
export function bodyOf(source: ByteSource): { body: BodyInit; failure: () => { reason: unknown } | null } {
  let failed: { reason: unknown } | null = null;
  const failure = () => failed;
  if (typeof source === "string" || source instanceof Blob) return { body: source, failure };
  const chunks = chunksOf(source);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await chunks.next();
          if (done) return controller.close();
          controller.enqueue(typeof value === "string" ? encoder.encode(value) : value);
        } catch (reason) {
          failed = { reason };
          controller.error(reason);
        }
      },
      cancel() {
        // Not awaited: a generator returns only once its own pending wait has ended.
        Promise.resolve(chunks.return?.()).catch(() => {});
      },
    },
    { highWaterMark: 0 },
  );
  return { body, failure };
}

/** The chunks of a source in turn. Not every browser can iterate over a stream. */
function chunksOf(source: Exclude<ByteSource, string | Blob>): Chunks {
  if (source instanceof ReadableStream) {
    const reader = source.getReader();
    return {
      next: async () => {
        const { done, value } = await reader.read();
        return done ? { done, value: undefined } : { done, value };
      },
      return: () => reader.cancel(),
    };
  }
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}

interface Chunks {
  next(): Result | Promise<Result>;
  return?(): unknown;
}
type Result = IteratorResult<Uint8Array | string, unknown>;
