import { type OnRedisError, subscriberConnection } from "./connection.ts";

/** Redis channel on which the ids of ended calls are published, and `LINES_CHANGED`. */
export const endingsChannel = (prefix: string): string => `${prefix}:endings`;
/** Published when lines, pace or a hold changed, or a batch was stopped. */
export const LINES_CHANGED = "lines";

/** Learns that a call has ended: from Redis, or from the database if the message was lost. */
export interface Endings {
  /** Resolves when the call has ended; rejects with the signal's reason when it aborts. */
  of(callId: string, signal: AbortSignal): Promise<void>;
  /** Listens on a new connection, because the server no longer accepts writes; a subscriber does not notice that itself. */
  reconnect(): void;
  close(): Promise<void>;
}

/** Calls of one look: to ask about thousands that go on, every time, would be most of what holding them costs. */
const LOOKED_AT_ONCE = 500;
/** In how many looks all calls are asked about. */
const LOOKS_FOR_ALL = 5;

/**
 * Listens for ended calls. Every `lookEveryMs` it passes the calls that somebody waits for to `ended`, which returns the
 * calls no longer in progress: all of them, or in turn a fifth if they are more than 500. A lost message therefore delays a
 * call by at most `lookEveryMs`, or five times as long.
 */
export function listenForEndings(options: {
  url: string;
  prefix: string;
  lookEveryMs: number;
  ended: (callIds: string[]) => Promise<string[]>;
  /** Called when any call ended, here or elsewhere, and when the lines changed. */
  onChange?: (change: "ended" | "lines") => void;
  onError: OnRedisError;
}): Endings {
  const waiting = new Map<string, Set<() => void>>();
  const wake = (callId: string) => {
    for (const resolve of waiting.get(callId) ?? []) resolve();
  };

  const redis = subscriberConnection(options.url, options.onError);
  redis.on("message", (_channel, what) => {
    if (what !== LINES_CHANGED) wake(what);
    options.onChange?.(what === LINES_CHANGED ? "lines" : "ended");
  });
  redis.on("ready", () => void redis.subscribe(endingsChannel(options.prefix)).catch(options.onError));

  let next: { ids: string[]; ended: Promise<Set<string>> } | null = null;
  /** Whether the call has ended, asked at the end of this turn of the event loop for all calls that come until then. */
  const hasEnded = async (callId: string): Promise<boolean> => {
    if (!next) {
      const ids: string[] = [];
      const ended = new Promise((resolve) => setImmediate(resolve)).then(async () => {
        next = null;
        return new Set(await options.ended(ids));
      });
      next = { ids, ended };
    }
    next.ids.push(callId);
    return (await next.ended).has(callId);
  };

  let unasked: string[] = [];
  const look = async () => {
    if (unasked.length === 0) unasked = [...waiting.keys()];
    const asked = unasked.splice(0, Math.max(LOOKED_AT_ONCE, Math.ceil(waiting.size / LOOKS_FOR_ALL)));
    if (asked.length > 0) for (const callId of await options.ended(asked)) wake(callId);
  };
  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    look()
      .catch(options.onError)
      .finally(() => {
        looking = false;
      });
  }, options.lookEveryMs);

  return {
    of: async (callId, signal) => {
      signal.throwIfAborted();
      const { promise, resolve, reject } = promiseParts();
      const resolvers = waiting.get(callId) ?? new Set();
      waiting.set(callId, resolvers.add(resolve));
      const abort = () => reject(signal.reason);
      signal.addEventListener("abort", abort);
      try {
        // The call may have ended before we listened.
        const already = await Promise.race([hasEnded(callId), promise.then(() => true)]);
        if (!already) await promise;
      } finally {
        signal.removeEventListener("abort", abort);
        resolvers.delete(resolve);
        if (resolvers.size === 0) waiting.delete(callId);
      }
    },
    reconnect: () => redis.disconnect(true),
    close: async () => {
      clearInterval(timer);
      redis.disconnect();
    },
  };
}

function promiseParts(): { promise: Promise<void>; resolve: () => void; reject: (reason: unknown) => void } {
  let resolve!: () => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
