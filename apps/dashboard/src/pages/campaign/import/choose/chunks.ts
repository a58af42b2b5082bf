/** Bytes that are read and parsed without a break: a few hundred rows, so that the page stays responsive. */
const CHUNK_BYTES = 65_536;

/** The bytes of a file, in chunks; `onBytes` is called with the number read so far. Only one chunk is in memory. */
export async function* chunksOf(file: Blob, onBytes?: (read: number) => void): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.size; at += CHUNK_BYTES) {
    const chunk = new Uint8Array(await file.slice(at, at + CHUNK_BYTES).arrayBuffer());
    onBytes?.(at + chunk.length);
    yield chunk;
  }
}

/** Lets the page paint and handle input; unlike a timer it is not throttled while the page is hidden. */
export const breathe = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
