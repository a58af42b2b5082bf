import type { Logger } from "pino";

/** How long a repeated message is only counted, in ms. */
const EVERY_MS = 60_000;

/**
 * Logs what may happen a hundred times a second: each kind once, and then once a minute with how often it came since.
 * `now` is a clock in ms.
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

/** What kind of error it is, of as few kinds as there are causes: its code, else its name. */
export const kindOfError = (error: unknown): string => {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return typeof code === "string" ? code : typeof name === "string" ? name : "unknown";
};
