import { type Logger, pino } from "pino";

/** Fields that are never written, wherever a log line carries them. */
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
const hideNumbers = (text: string): string => text.replace(NUMBER_IN_TEXT, "[number]");

/** JSON lines on stdout, `name` on each; numbers, keys and payloads are left out. */
export function createLogger(name: string, level: string): Logger {
  return pino({
    name,
    level,
    redact: { paths: SECRET.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: "[hidden]" },
    serializers: {
      err: (error: unknown) => {
        const {
          name: type,
          message,
          stack,
          code,
        } = pino.stdSerializers.err(error as Error) as unknown as Record<string, unknown>;
        return { type, code, message: hideNumbers(String(message ?? error)), stack: hideNumbers(String(stack ?? "")) };
      },
    },
  });
}

export type { Logger };
