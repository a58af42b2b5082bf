import { createLogger } from "./logger.ts";
import { createMetrics } from "./metrics.ts";
import { parseSettings } from "./settings.ts";
import { createSparingLog, kindOfError } from "./sparing-log.ts";

/**
 * What an API and a worker begin with alike: settings, log, metrics, and how to report a service that is away, which is
 * logged once a minute for each kind of error. Throws `SettingsError`.
 */
export function begin<Kind extends "api" | "worker">(kind: Kind, environment: Record<string, string | undefined>) {
  const settings = parseSettings(kind, environment);
  const log = createLogger(kind, settings.LOG_LEVEL);
  const sparing = createSparingLog(log);
  const away = (service: string) => (error: Error) =>
    sparing.warn(`${service} ${kindOfError(error)}`, { err: error }, `${service} is away or slow`);
  return { settings, log, sparing, away, metrics: createMetrics() };
}
