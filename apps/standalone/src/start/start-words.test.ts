import { planStart } from "./start-plan.ts";
import { describeStart } from "./start-words.ts";

const KEY = "made-0123456789-0123456789";
const FOUND = {
  url: "http://127.0.0.1:3000",
  token: "once",
  adminKey: KEY,
  keyFile: "/k",
  dataDir: "/d",
  logs: "/l",
  waiting: 0,
};
const words = (environment: Record<string, string>, found: Partial<typeof FOUND> | { token: null } = {}) =>
  describeStart(planStart(environment), { ...FOUND, ...found });

test("embedded and simulated parts are named as such, and the key is shown", () => {
  const text = words({});
  expect(text).toMatch(/PostgreSQL +embedded, data kept in \/d\n/);
  expect(text).toMatch(/Redis +embedded Valkey/);
  expect(text).toMatch(/Retell +simulated: no phone rings/);
  expect(text).toMatch(new RegExp(`Admin key +${KEY} `));
});

test("the user's own services are named as such, without their secrets", () => {
  const text = words({
    DATABASE_URL: "postgres://me:secret@db.example/x?password=secret",
    REDIS_URL: "rediss://:secret@redis.example:6380",
    RETELL_API_KEY: "key_secret",
    RETELL_BASE_URL: "https://retell.example",
    ADMIN_API_KEY: "secret-0123456789-0123456789",
  });
  expect(text).toMatch(/PostgreSQL +yours, postgres:\/\/db\.example\/x\n/);
  expect(text).toMatch(/Redis +yours, rediss:\/\/redis\.example:6380\n/);
  expect(text).toMatch(/Retell +REAL: phones ring, at https:\/\/retell\.example\/\n/);
  expect(text).not.toContain("secret");
  expect(text).not.toContain(KEY);
});

test.each([
  [{ RETELL_API_KEY: "key" }, true],
  [{ RETELL_API_KEY: "key", PUBLIC_URL: "https://me.example" }, false],
  [{}, false],
])("with %j a warning about missing webhooks is shown: %s", (environment, told) => {
  expect(words(environment).includes("PUBLIC_URL is not set")).toBe(told);
});

test("calls that were waiting are reported", () => {
  expect(words({}, { waiting: 12 })).toContain("12 calls of an earlier start were waiting");
  expect(words({})).not.toContain("waiting");
});

test("the dashboard's address signs in automatically, once; otherwise the key signs in", () => {
  expect(words({})).toMatch(
    /Dashboard +http:\/\/127\.0\.0\.1:3000\/login#token=once\n +\(signs in automatically, once/,
  );
  expect(words({ BASE_PATH: "/dialer" })).toMatch(/Dashboard +http:\/\/127\.0\.0\.1:3000\/dialer\/login#token=once\n/);
  expect(words({}, { token: null })).toMatch(/Dashboard +http:\/\/127\.0\.0\.1:3000 +\(sign in with the admin key\)\n/);
});
