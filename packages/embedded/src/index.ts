export { dataHome } from "./data-home.ts";
export { AlreadyRunning } from "./ownership.ts";
export { type EmbeddedPostgres, type PostgresOptions, startPostgres } from "./start-postgres.ts";
export { type EmbeddedValkey, startValkey, type ValkeyOptions } from "./start-valkey.ts";
