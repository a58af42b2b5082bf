/** Longest wait for a condition, in ms; a test that reaches it has failed. */
const PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 15;

/** Waits until `look` returns something truthy and returns it. Fails, saying what was waited for and what was seen last. */
export async function until<Seen>(
  what: string,
  look: () => Promise<Seen> | Seen,
  patienceMs = PATIENCE_MS,
): Promise<NonNullable<Seen>> {
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (performance.now() > giveUpAt)
      throw new Error(`waited ${patienceMs} ms in vain until ${what}; last seen: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
