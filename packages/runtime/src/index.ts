export { OWN_PATHS } from "./base-path.ts";
export { begin } from "./begin.ts";
export { startWithDatabase } from "./database-start.ts";
export { createLogger, type Logger } from "./logger.ts";
export { createMetrics, type Metrics } from "./metrics.ts";
export { onShutdown, runMain, type ShutdownStep, StartError } from "./process.ts";
export { parseSettings, type Settings, SettingsError } from "./settings.ts";
export { createSparingLog, kindOfError, type SparingLog } from "./sparing-log.ts";
