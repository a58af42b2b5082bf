import { pino } from "pino";
import { createLogger, type Logger } from "./logger.ts";

const NUMBER = "+14155551029";
const KEY = "key_0123456789abcdef";

type Destination = { sync: boolean; write: (line: string) => boolean };
const destinationOf = (log: Logger) => (log as unknown as Record<symbol, Destination>)[pino.symbols.streamSym]!;

/** The lines that a log call writes to stdout. */
function written(write: (log: Logger) => void, level = "debug"): Record<string, unknown>[] {
  const log = createLogger("test", level);
  const stream = destinationOf(log);
  const lines: string[] = [];
  const { write: real } = stream;
  stream.write = (line) => lines.push(line) > 0;
  try {
    write(log);
  } finally {
    stream.write = real;
  }
  return lines.map((line) => JSON.parse(line));
}

test("a line is JSON with the process's name, the ids and the message", () => {
  const [line] = written((log) => log.info({ callId: "c1", calls: 3 }, "launched"));
  expect(line).toMatchObject({ name: "test", level: 30, callId: "c1", calls: 3, msg: "launched" });
});

test("a line below the level is not written", () => {
  expect(written((log) => log.info({}, "x"), "warn")).toEqual([]);
  expect(written((log) => log.fatal({}, "x"), "silent")).toEqual([]);
});

const SECRETS = {
  phone_number: NUMBER,
  phoneNumber: NUMBER,
  toNumber: NUMBER,
  fromNumber: NUMBER,
  to_number: NUMBER,
  from_number: NUMBER,
  apiKey: KEY,
  authorization: `Bearer ${KEY}`,
  cookie: `session=${KEY}`,
  dynamicVariables: { diagnosis: KEY },
  dynamic_variables: { diagnosis: KEY },
};

test.each<[string, object]>([
  ["at the top", SECRETS],
  ["one below", { call: SECRETS }],
  ["in a request's headers", { req: { headers: SECRETS } }],
  ["in a list", { calls: [SECRETS, SECRETS] }],
])("numbers, keys and payloads are hidden %s", (_, fields) => {
  const line = JSON.stringify(written((log) => log.warn({ ...fields, batchId: "b1" }, "x")));
  expect(line).toContain('"batchId":"b1"');
  expect(line).not.toContain(NUMBER.slice(1));
  expect(line).not.toContain(KEY);
});

test.each(["+14155551029", "+1 (415) 555-1029", "+1 415 555 1029", "+49.151.12345678"])(
  "the number %s is removed from an error's message and stack",
  (number) => {
    const digits = number.slice(-4);
    const error = new TypeError(`invalid input "${number}" for call 9f`);
    const [line] = written((log) => log.error({ err: error }, "failed"));
    expect(JSON.stringify(line)).not.toContain(digits);
    expect(line?.err).toMatchObject({ message: 'invalid input "[number]" for call 9f' });
  },
);

test("an error's other fields, such as a request's body or headers, are not written", () => {
  const error = Object.assign(new Error("refused"), {
    headers: { authorization: `Bearer ${KEY}` },
    error: { to_number: NUMBER },
    detail: `Key (phone_number)=(${NUMBER}) exists`,
    code: "23505",
  });
  const [line] = written((log) => log.error({ err: error }, "failed"));
  expect(JSON.stringify(line)).not.toMatch(new RegExp(`${KEY}|1029`));
  expect(line?.err).toMatchObject({ code: "23505", message: "refused", stack: expect.stringContaining("refused") });
});

test("a logged error shows its type", () => {
  const [line] = written((log) => log.error({ err: new TypeError("x") }, "failed"));
  expect(line?.err).toMatchObject({ type: "TypeError" });
});

test("the number in an error's cause is removed too", () => {
  const error = new Error("insert failed", { cause: new Error(`duplicate ${NUMBER}`) });
  const line = JSON.stringify(written((log) => log.error({ err: error }, "failed")));
  expect(line).not.toContain(NUMBER);
});

test.each([["text"], [7], [null], [{ message: "like an error" }]])(
  "a thrown value that is no error, %j, is logged safely",
  (thrown) => {
    expect(written((log) => log.error({ err: thrown }, "failed"))).toMatchObject([{ msg: "failed" }]);
  },
);

test("a Bearer key in an error's message is hidden", () => {
  const error = new Error(`401 for Authorization: Bearer ${KEY}`);
  expect(JSON.stringify(written((log) => log.error({ err: error }, "failed")))).not.toContain(KEY);
});

test("a line is written synchronously, so that the end of the process neither cuts it nor reorders it", () =>
  expect(destinationOf(createLogger("test", "info")).sync).toBe(true));
