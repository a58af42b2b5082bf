export { dataHome } from "./data-home.ts";
export { type EmbeddedPostgres, type PostgresOptions, startPostgres } from "./postgres/start-postgres.ts";
export { AlreadyRunning } from "./processes/ownership.ts";
export { type EmbeddedValkey, startValkey, type ValkeyOptions } from "./valkey/start-valkey.ts";
