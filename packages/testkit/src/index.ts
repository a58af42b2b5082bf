export { brokenBooks } from "./books.ts";
export { openBrowser } from "./browser.ts";
export { addressOf, BUILT_ADMIN_KEY, type BuiltProcess, environmentOf, startBuilt } from "./built.ts";
export { openFailover } from "./failover.ts";
export { createTestbed, FROM_NUMBER, TEST_DIAL_TIMEOUT_MS, type Testbed } from "./testbed.ts";
export { until } from "./until.ts";
