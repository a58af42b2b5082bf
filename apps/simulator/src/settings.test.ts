import { BadSettings, readSettings } from "./settings.ts";

test("without anything it listens on 4010, and all else is left to the defaults", () => {
  const { port, ...rest } = readSettings({ PATH: "/bin", SIMULATOR_API_KEY: "", SIMULATOR_PORT: undefined });
  expect(port).toBe(4_010);
  expect(Object.values(rest).filter((value) => value !== undefined)).toEqual([]);
});

test("reads every variable", () => {
  const environment = {
    SIMULATOR_PORT: "0",
    SIMULATOR_HOST: "0.0.0.0",
    SIMULATOR_API_KEY: "key_a",
    SIMULATOR_WEBHOOK_KEY: "key_b",
    SIMULATOR_WEBHOOK_URL: "http://127.0.0.1:3000/webhooks/retell",
    SIMULATOR_TIME_SCALE: "0.05",
    SIMULATOR_SEED: "7",
    SIMULATOR_CONCURRENCY: "50",
    SIMULATOR_CALLS_PER_SECOND: "1.5",
    SIMULATOR_OUTCOMES: '{"byNumber":{"+12137774445":{"reason":"dial_busy"}},"default":{"reason":"x","talkMs":null}}',
    SIMULATOR_ADMIN: "false",
  };
  expect(readSettings(environment)).toEqual({
    port: 0,
    host: "0.0.0.0",
    apiKey: "key_a",
    webhookKey: "key_b",
    webhookUrl: "http://127.0.0.1:3000/webhooks/retell",
    timeScale: 0.05,
    seed: 7,
    concurrencyLimit: 50,
    callsPerSecond: 1.5,
    outcomes: { byNumber: { "+12137774445": { reason: "dial_busy" } }, default: { reason: "x", talkMs: null } },
    admin: false,
  });
});

test("names every fault at once", () => {
  const environment = {
    SIMULATOR_PORT: "seventy",
    SIMULATOR_WEBHOOK_URL: "somewhere",
    SIMULATOR_TIME_SCALE: "-1",
    SIMULATOR_CONCURRENCY: "2.5",
    SIMULATOR_OUTCOMES: "{",
    SIMULATOR_ADMIN: "perhaps",
  };
  const message = messageOf(() => readSettings(environment));
  for (const name of Object.keys(environment)) expect(message).toContain(`${name}: `);
  expect(message.split("\n")).toHaveLength(7);
  expect(messageOf(() => readSettings({ SIMULATOR_OUTCOMES: '{"default":{"talkMs":1}}' }))).toContain("default reason");
});

function messageOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof BadSettings) return error.message;
  }
  throw new Error("Nothing was refused");
}
