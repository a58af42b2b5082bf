import type { Logger } from "pino";

/** How long a repeated message is counted instead of logged, in ms. */
const EVERY_MS = 60_000;

/**
 * Logs events that may happen a hundred times a second: the first of each kind, then one line a minute with the number
 * of occurrences since. `now` is a clock in ms.
 */
export function createSparingLog(log: Pick<Logger, "warn" | "error">, now: () => number = () => performance.now()) {
  const kinds = new Map<string, { loggedAt: number; since: number }>();
  const say = (level: "warn" | "error") => (kind: string, fields: object, message: string) => {
    const known = kinds.get(kind);
    if (known && now() - known.loggedAt < EVERY_MS) {
      known.since++;
      return;
    }
    kinds.set(kind, { loggedAt: now(), since: 0 });
    log[level]({ ...fields, ...(known && { times: known.since + 1 }) }, message);
  };
  return { warn: say("warn"), error: say("error") };
}

export type SparingLog = ReturnType<typeof createSparingLog>;

/** The kind of an error, with few distinct values: its code, else its name. */
export const kindOfError = (error: unknown): string => {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return typeof code === "string" ? code : typeof name === "string" ? name : "unknown";
};
