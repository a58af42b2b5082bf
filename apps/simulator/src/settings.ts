import { z } from "zod";
import { OutcomeTable } from "./calls/outcomes.ts";
import type { SimulatorOptions } from "./options.ts";

const Json = z.string().transform((text, ctx): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    ctx.addIssue({ code: "custom", message: "is not JSON" });
    return z.NEVER;
  }
});

const Environment = z.object({
  SIMULATOR_PORT: z.coerce.number().int().min(0).max(65_535).default(4_010),
  SIMULATOR_HOST: z.string().optional(),
  SIMULATOR_API_KEY: z.string().optional(),
  SIMULATOR_WEBHOOK_KEY: z.string().optional(),
  SIMULATOR_WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
  SIMULATOR_TIME_SCALE: z.coerce.number().min(0).optional(),
  SIMULATOR_SEED: z.coerce.number().int().optional(),
  SIMULATOR_CONCURRENCY: z.coerce.number().int().min(0).optional(),
  SIMULATOR_CALLS_PER_SECOND: z.coerce.number().min(0).optional(),
  SIMULATOR_OUTCOMES: Json.pipe(OutcomeTable).optional(),
  SIMULATOR_ADMIN: z.stringbool().optional(),
});

/** Settings that make no sense; the message has a line for each. */
export class BadSettings extends Error {}

/** Reads the simulator's options out of an environment; an empty variable counts as unset. Throws BadSettings. */
export function readSettings(environment: Record<string, string | undefined>): SimulatorOptions {
  const given = Object.entries(environment).filter(([, value]) => value !== undefined && value !== "");
  const parsed = Environment.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path: [name, ...inside], message }) =>
      [`${String(name)}:`, ...inside.map(String), message].join(" "),
    );
    throw new BadSettings(`The simulator cannot start:\n${faults.join("\n")}`);
  }
  const env = parsed.data;
  return {
    port: env.SIMULATOR_PORT,
    host: env.SIMULATOR_HOST,
    apiKey: env.SIMULATOR_API_KEY,
    webhookKey: env.SIMULATOR_WEBHOOK_KEY,
    webhookUrl: env.SIMULATOR_WEBHOOK_URL,
    timeScale: env.SIMULATOR_TIME_SCALE,
    seed: env.SIMULATOR_SEED,
    concurrencyLimit: env.SIMULATOR_CONCURRENCY,
    callsPerSecond: env.SIMULATOR_CALLS_PER_SECOND,
    outcomes: env.SIMULATOR_OUTCOMES,
    admin: env.SIMULATOR_ADMIN,
  };
}
