import { z } from "zod";
import { addressFault, databaseUrl, databaseUrlFault } from "./addresses.ts";
import { basePathFault } from "./base-path.ts";

/** Longest allowed time-out of a dial, in ms: the time that a stop waits is derived from it. */
const LONGEST_DIAL_TIMEOUT_MS = 8_000;
/** `OUTCOME_UNKNOWN_AFTER_MS` must exceed `DIAL_TIMEOUT_MS` by at least this, in ms, so that no open dial is given up. */
const UNKNOWN_MARGIN_MS = 2_000;

const url = (what: string, protocols: string[], alsoAtFault = (_: string): string | null => null) =>
  z.string({ error: `is missing: ${what}` }).superRefine((value, context) => {
    const message = addressFault(value, what, protocols) ?? alsoAtFault(value);
    if (message !== null) context.addIssue({ code: "custom", message });
  });
const number = (fallback: number) => z.coerce.number({ error: "must be a number" }).default(fallback);
const whole = (fallback: number, least: number, most: number) =>
  z.coerce
    .number({ error: "must be a number" })
    .refine((value) => Number.isInteger(value) && value >= least && value <= most, {
      error: `must be a whole number from ${least} to ${most}`,
    })
    .default(fallback);

/** Characters that an HTTP header can hold; with any other, no request could be sent. */
const HEADER_TEXT = /^[\x21-\x7e]+$/;

const common = {
  DATABASE_URL: url("the address of PostgreSQL", ["postgresql:", "postgres:"], databaseUrlFault).transform(databaseUrl),
  REDIS_URL: url("the address of Redis", ["redis:", "rediss:"]),
  RETELL_API_KEY: z
    .string({ error: "is missing: the key to dial with" })
    .regex(HEADER_TEXT, "may hold visible ASCII characters only"),
  RETELL_BASE_URL: url("Retell's address", ["http:", "https:"]).optional(),
  PUBLIC_URL: url("where Retell reaches this API", ["http:", "https:"])
    .refine((value) => !/[?#]/.test(value), { error: "must have no query and no fragment: a path is added to it" })
    .optional(),
  CALL_CONCURRENCY: whole(5, 1, 10_000),
  CALLS_PER_SECOND: number(1).refine((value) => value === 0 || (value >= 0.001 && value <= 10_000), {
    error: "must be 0 (no limit) or from 0.001 to 10000",
  }),
  QUEUE_PREFIX: z
    .string()
    .regex(/^[\w{}.-]{1,100}$/, "may hold letters, digits, and _ - . { } only")
    .default("{ringfence}"),
  DIAL_TIMEOUT_MS: whole(LONGEST_DIAL_TIMEOUT_MS, 100, LONGEST_DIAL_TIMEOUT_MS),
  OUTCOME_UNKNOWN_AFTER_MS: whole(120_000, 0, 86_400_000),
  /** Whether clients' webhooks may be sent to private addresses, and without TLS. */
  WEBHOOKS_ALLOW_PRIVATE: z
    .enum(["true", "false"], { error: "must be true or false" })
    .default("false")
    .transform((value) => value === "true"),
  /** For tests: shortens the waits that have no setting of their own. */
  TIME_SCALE: number(1).refine((value) => value > 0 && value <= 1, { error: "must be more than 0 and at most 1" }),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
};

const schemas = {
  api: z.object({
    ...common,
    DATABASE_CONNECTIONS: whole(18, 6, 1_000),
    RETELL_WEBHOOK_KEY: z.string().min(1, "must not be empty").optional(),
    ADMIN_API_KEY: z
      .string({ error: "is missing: a key of at least 24 characters" })
      .min(24, "must have at least 24 characters"),
    PORT: whole(3000, 0, 65_535),
    HOST: z.string().min(1).default("127.0.0.1"),
    /** The path under which a proxy serves the API, such as "/dialer"; "" for the root of its host. */
    BASE_PATH: z
      .string()
      .superRefine((value, context) => {
        const message = basePathFault(value);
        if (message !== null) context.addIssue({ code: "custom", message });
      })
      .default(""),
    RATE_LIMIT_PER_MINUTE: whole(30_000, 0, 1_000_000),
  }),
  worker: z.object({
    ...common,
    DATABASE_CONNECTIONS: whole(11, 5, 1_000),
    WORKER_CONCURRENCY: whole(1_000, 1, 100_000),
    SWEEP_INTERVAL_MS: whole(5_000, 50, 3_600_000),
    CALL_POLL_AFTER_MS: whole(30_000, 50, 86_400_000),
    JOB_LOCK_MS: whole(30_000, 1_000, 3_600_000),
    METRICS_PORT: whole(0, 0, 65_535),
    HOST: z.string().min(1).default("127.0.0.1"),
  }),
  migrate: z.object({ DATABASE_URL: common.DATABASE_URL }),
};

/** The settings of each kind of process, by the names of the environment; times in ms. */
export type Settings<Kind extends keyof typeof schemas> = z.infer<(typeof schemas)[Kind]>;

/** The names of the settings of a kind of process. */
export const settingNames = (kind: keyof typeof schemas): string[] => Object.keys(schemas[kind].shape);

/** Thrown with one message that lists every setting at fault. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** Parses the settings of a process; an empty variable counts as unset. Throws `SettingsError`. */
export function parseSettings<Kind extends keyof typeof schemas>(
  kind: Kind,
  environment: Record<string, string | undefined>,
): Settings<Kind> {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = schemas[kind].safeParse(set);
  const faults = parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
  const dial = Number(set.DIAL_TIMEOUT_MS ?? LONGEST_DIAL_TIMEOUT_MS);
  const unknown = Number(set.OUTCOME_UNKNOWN_AFTER_MS ?? 120_000);
  if (kind !== "migrate" && unknown < dial + UNKNOWN_MARGIN_MS) {
    faults.push(`OUTCOME_UNKNOWN_AFTER_MS must exceed DIAL_TIMEOUT_MS by at least ${UNKNOWN_MARGIN_MS}`);
  }
  if (faults.length > 0)
    throw new SettingsError(
      `Correct these settings and start again:\n${faults.map((fault) => `  ${fault}`).join("\n")}`,
    );
  return parsed.data as Settings<Kind>;
}
