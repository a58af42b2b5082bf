export { brokenBooks } from "./books.ts";
export { openBrowser } from "./browser.ts";
export { addressOf, BUILT_ADMIN_KEY, type BuiltProcess, environmentOf, startBuilt } from "./built.ts";
export { dumpSchema } from "./dump-schema.ts";
export { openFailover } from "./failover.ts";
export { until } from "./until.ts";
