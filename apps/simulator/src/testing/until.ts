const POLL_MS = 5;
const GIVE_UP_MS = 30_000;

/** Waits until the condition holds and resolves to what it gave. Rejects, saying what was awaited, after 30 s. */
export async function until<T>(what: string, condition: () => T | undefined | false): Promise<T> {
  const deadline = performance.now() + GIVE_UP_MS;
  for (;;) {
    const value = condition();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`Waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
