import { type Logger, pino } from "pino";

/** Fields that are never logged, wherever a log line holds them. */
const SECRET = [
  "phone_number",
  "phoneNumber",
  "toNumber",
  "fromNumber",
  "to_number",
  "from_number",
  "apiKey",
  "authorization",
  "cookie",
  "dynamicVariables",
  "dynamic_variables",
];
/** An international number inside a text, such as an error's message. */
const NUMBER_IN_TEXT = /\+\d[\d ().-]{5,}\d/g;
/** A key as a request's header holds it. */
const KEY_IN_TEXT = /\b(Bearer|Basic)\s+\S+/gi;
const hide = (text: string): string => text.replace(NUMBER_IN_TEXT, "[number]").replace(KEY_IN_TEXT, "$1 [hidden]");

/** Type, code, message and stack of a thrown value; its other fields may hold a request. */
function describe(thrown: unknown): object {
  if (!(typeof thrown === "object" && thrown !== null && "message" in thrown)) return { message: hide(String(thrown)) };
  const { name, code, message, stack } = thrown as {
    name?: unknown;
    code?: unknown;
    message: unknown;
    stack?: unknown;
  };
  return { type: name, code, message: hide(String(message)), stack: hide(String(stack ?? "")) };
}

/** Writes JSON lines with `name` to stdout, synchronously and without phone numbers, keys and payloads. */
export function createLogger(name: string, level: string): Logger {
  return pino(
    {
      name,
      level,
      redact: { paths: SECRET.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: "[hidden]" },
      serializers: { err: describe },
    },
    pino.destination({ dest: 1, sync: true }),
  );
}

export type { Logger };
