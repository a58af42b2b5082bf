export type { DialAnswer } from "./answers.ts";
export { createDialer, type Dial, type Dialer, type RetellAccess, WEBHOOK_PATH } from "./dialer.ts";
export { createDirectory, type Directory, type Knowledge, type Listed } from "./directory.ts";
export { createLookups, type Lookups, MOST_CALLS_A_PAGE } from "./lookups.ts";
export { watchSimulated } from "./simulated.ts";
export { verifyWebhook } from "./verify.ts";
