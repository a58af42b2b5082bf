import { parseSettings, SettingsError } from "./settings.ts";

const api = {
  DATABASE_URL: "postgres://localhost/ringfence",
  REDIS_URL: "redis://localhost",
  RETELL_API_KEY: "key_retell",
  ADMIN_API_KEY: "an-admin-key-of-24-chars",
};
const { ADMIN_API_KEY: _, ...worker } = api;
type Environment = Record<string, string | undefined>;

/** The faults that a start would report, by variable. */
function faults(kind: Parameters<typeof parseSettings>[0], environment: Environment): Record<string, string> {
  try {
    parseSettings(kind, environment);
    return {};
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const [head, ...lines] = error.message.split("\n");
    expect(head).toBe("Correct these settings and start again:");
    return Object.fromEntries(lines.map((line) => line.trim().split(/ (.*)/s, 2)));
  }
}

test("an unset variable has the contract's default", () => {
  expect(parseSettings("api", api)).toEqual({
    ...api,
    CALL_CONCURRENCY: 5,
    CALLS_PER_SECOND: 1,
    QUEUE_PREFIX: "{ringfence}",
    RATE_LIMIT_PER_MINUTE: 30_000,
    BASE_PATH: "",
    DATABASE_CONNECTIONS: 18,
    DIAL_TIMEOUT_MS: 8_000,
    OUTCOME_UNKNOWN_AFTER_MS: 120_000,
    WEBHOOKS_ALLOW_PRIVATE: false,
    TIME_SCALE: 1,
    LOG_LEVEL: "info",
    PORT: 3_000,
    HOST: "127.0.0.1",
  });
  expect(parseSettings("worker", worker)).toEqual({
    ...worker,
    CALL_CONCURRENCY: 5,
    CALLS_PER_SECOND: 1,
    QUEUE_PREFIX: "{ringfence}",
    DATABASE_CONNECTIONS: 11,
    DIAL_TIMEOUT_MS: 8_000,
    OUTCOME_UNKNOWN_AFTER_MS: 120_000,
    WEBHOOKS_ALLOW_PRIVATE: false,
    TIME_SCALE: 1,
    LOG_LEVEL: "info",
    WORKER_CONCURRENCY: 1_000,
    SWEEP_INTERVAL_MS: 5_000,
    CALL_POLL_AFTER_MS: 30_000,
    JOB_LOCK_MS: 30_000,
    METRICS_PORT: 0,
    HOST: "127.0.0.1",
  });
});

test.each<[string, boolean]>([
  ["true", true],
  ["false", false],
])("WEBHOOKS_ALLOW_PRIVATE %s is parsed as %s", (value, allowed) => {
  expect(parseSettings("worker", { ...worker, WEBHOOKS_ALLOW_PRIVATE: value }).WEBHOOKS_ALLOW_PRIVATE).toBe(allowed);
});

test("WEBHOOKS_ALLOW_PRIVATE must be exactly true or false", () => {
  expect(() => parseSettings("api", { ...api, WEBHOOKS_ALLOW_PRIVATE: "yes" })).toThrow(
    /WEBHOOKS_ALLOW_PRIVATE must be true or false/,
  );
});

test("set variables are used, and variables of other programs are ignored", () => {
  const set = {
    ...api,
    REDIS_URL: "rediss://user:word@redis.test:6380/2",
    RETELL_BASE_URL: "http://127.0.0.1:4010",
    PUBLIC_URL: "https://calls.test/below/",
    RETELL_WEBHOOK_KEY: "key_webhook",
    QUEUE_PREFIX: "{other}",
    LOG_LEVEL: "debug",
    HOST: "0.0.0.0",
  };
  const numbers = { CALL_CONCURRENCY: "20", CALLS_PER_SECOND: "0.5", PORT: "0" };
  expect(parseSettings("api", { ...set, ...numbers, PATH: "/bin", SWEEP_INTERVAL_MS: "never" })).toMatchObject({
    ...set,
    CALL_CONCURRENCY: 20,
    CALLS_PER_SECOND: 0.5,
    PORT: 0,
  });
});

test("an empty variable counts as unset", () => {
  expect(parseSettings("worker", { ...worker, CALL_CONCURRENCY: "", PUBLIC_URL: "", LOG_LEVEL: "" })).toEqual(
    parseSettings("worker", worker),
  );
  expect(faults("worker", { ...worker, RETELL_API_KEY: "" })).toEqual({
    RETELL_API_KEY: expect.stringContaining("is missing"),
  });
});

test("with no variable set, one message names everything that is missing", () => {
  expect(Object.keys(faults("api", {})).sort()).toEqual([
    "ADMIN_API_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "RETELL_API_KEY",
  ]);
  expect(Object.keys(faults("worker", {})).sort()).toEqual(["DATABASE_URL", "REDIS_URL", "RETELL_API_KEY"]);
  expect(faults("migrate", {})).toEqual({ DATABASE_URL: "is missing: the address of PostgreSQL" });
});

test("one message names every variable at fault", () => {
  const common = {
    DATABASE_URL: "mysql://localhost",
    REDIS_URL: "localhost:6379",
    RETELL_API_KEY: "",
    RETELL_BASE_URL: "api.retellai.com",
    PUBLIC_URL: "ftp://calls.test",
    CALL_CONCURRENCY: "0",
    CALLS_PER_SECOND: "-1",
    QUEUE_PREFIX: "a b",
    DIAL_TIMEOUT_MS: "8001",
    OUTCOME_UNKNOWN_AFTER_MS: "1.5",
    LOG_LEVEL: "loud",
  };
  const ofApi = { ADMIN_API_KEY: "short", PORT: "65536" };
  const ofWorker = { WORKER_CONCURRENCY: "0", SWEEP_INTERVAL_MS: "soon", CALL_POLL_AFTER_MS: "1", JOB_LOCK_MS: "999" };
  expect(Object.keys(faults("api", { ...common, ...ofApi })).sort()).toEqual(
    Object.keys({ ...common, ...ofApi }).sort(),
  );
  expect(Object.keys(faults("worker", { ...common, ...ofWorker })).sort()).toEqual(
    Object.keys({ ...common, ...ofWorker }).sort(),
  );
});

test.each<[string, string[], string[]]>([
  ["CALL_CONCURRENCY", ["1", "10000"], ["0", "10001", "2.5", "-1", "five", "Infinity", "NaN"]],
  ["CALLS_PER_SECOND", ["0", "0.1", "10000"], ["-0.1", "10000.1", "one", "Infinity", "NaN"]],
  ["QUEUE_PREFIX", ["{ringfence}", "a-b_c.1"], ["a b", "a:b", "é", "x".repeat(101)]],
  ["DIAL_TIMEOUT_MS", ["100", "8000"], ["99", "8001", "1000.5", "8s"]],
  ["WORKER_CONCURRENCY", ["1", "100000"], ["0", "100001"]],
  ["SWEEP_INTERVAL_MS", ["50", "3600000"], ["49", "3600001"]],
  ["CALL_POLL_AFTER_MS", ["50", "86400000"], ["49", "86400001"]],
  ["JOB_LOCK_MS", ["1000", "3600000"], ["999", "3600001"]],
  ["LOG_LEVEL", ["trace", "debug", "info", "warn", "error", "fatal", "silent"], ["INFO", "off"]],
  ["DATABASE_URL", ["postgres://u:p@h:5432/d", "postgresql://h/d?sslmode=require"], ["h/d", "http://h", "redis://h"]],
  ["REDIS_URL", ["redis://h", "rediss://h:1/2"], ["h:6379", "http://h", "postgres://h/d"]],
  ["RETELL_BASE_URL", ["http://h", "https://h/below"], ["h", "ws://h"]],
  [
    "PUBLIC_URL",
    ["https://h", "https://h/below/"],
    ["h", "//h", "https://h?a=1", "https://h/#a", "https://h/?", "https://h#"],
  ],
  ["TIME_SCALE", ["1", "0.05", "0.000001"], ["0", "-1", "1.01", "fast", "Infinity", "NaN"]],
])("%s accepts exactly its valid values", (name, good, bad) => {
  for (const value of good) expect(faults("worker", { ...worker, [name]: value })).toEqual({});
  for (const value of bad)
    expect({ value, named: Object.keys(faults("worker", { ...worker, [name]: value })) }).toEqual({
      value,
      named: [name],
    });
});

test.each<[string | undefined, string | undefined, boolean]>([
  [undefined, undefined, true],
  ["8000", "10000", true],
  ["8000", "9999", false],
  [undefined, "9999", false],
  ["100", "2100", true],
  ["100", "2099", false],
  ["100", "0", false],
  ["", "9999", false],
])(
  "a dial time-out of %s ms with calls given up after %s ms is valid: %s",
  (DIAL_TIMEOUT_MS, OUTCOME_UNKNOWN_AFTER_MS, fits) => {
    for (const kind of ["api", "worker"] as const) {
      const named = faults(kind, { ...api, DIAL_TIMEOUT_MS, OUTCOME_UNKNOWN_AFTER_MS });
      expect(named).toEqual(fits ? {} : { OUTCOME_UNKNOWN_AFTER_MS: "must exceed DIAL_TIMEOUT_MS by at least 2000" });
    }
  },
);

test("a message holds no value, hence no key or password", () => {
  const secret = "hunter2-hunter2";
  const named = faults("api", {
    ...api,
    ADMIN_API_KEY: secret,
    DATABASE_URL: `mysql://u:${secret}@h`,
    REDIS_URL: secret,
    QUEUE_PREFIX: `${secret} `,
  });
  expect(Object.keys(named)).toHaveLength(4);
  expect(JSON.stringify(named)).not.toContain(secret);
});

test.each([
  ["a # in a password", "postgres://user:12#secret@host/db", /%23/],
  ["a % that begins no escape", "postgres://user:50%secret@host/db", /%25/],
  ["another schema", "postgres://user:secret@host/db?schema=tenant", /schema tenant/],
  [
    "parameters that only Prisma's own engine knows",
    "postgres://user:secret@host/db?pgbouncer=true&connection_limit=5",
    /connection_limit, pgbouncer/,
  ],
  [
    "an sslmode that may continue without encryption",
    "postgres://user:secret@host/db?sslmode=prefer",
    /none of disable, require/,
  ],
  ["verify-ca and no certificate", "postgres://user:secret@host/db?sslmode=verify-ca", /sslrootcert/],
  ["no address", "user:secret@host", /beginning with postgresql:/],
])("DATABASE_URL with %s is refused by a message that repeats no part of it", (_, DATABASE_URL, reason) => {
  const told = faults("worker", { ...worker, DATABASE_URL });
  expect(told).toEqual({ DATABASE_URL: expect.stringMatching(reason) });
  expect(JSON.stringify(told)).not.toMatch(/secret|12#|50%s/);
  if (/[#%]/.test(DATABASE_URL)) {
    const REDIS_URL = DATABASE_URL.replace("postgres:", "redis:");
    expect(faults("worker", { ...worker, REDIS_URL })).toEqual({ REDIS_URL: expect.stringMatching(reason) });
  }
});

test.each([
  ["postgres://host/db?sslmode=require", "postgres://host/db?sslmode=require&uselibpqcompat=true"],
  ["postgres://host/db?sslmode=verify-full", "postgres://host/db?sslmode=verify-full&uselibpqcompat=true"],
  ["postgres://host/db?sslmode=no-verify", "postgres://host/db?sslmode=no-verify"],
  ["postgres://user:p%23w%25@host/db?schema=public", "postgres://user:p%23w%25@host/db"],
])("DATABASE_URL %s is passed to the driver as %s", (DATABASE_URL, expected) =>
  expect(parseSettings("migrate", { DATABASE_URL })).toEqual({ DATABASE_URL: expected }),
);
