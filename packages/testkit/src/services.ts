import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startPostgres, startValkey } from "@ringfence/embedded";
import pg from "pg";

/** The built `npm run migrate`, three folders above this file, in src/ and in dist/. */
const MIGRATE = fileURLToPath(new URL("../../../apps/api/dist/migrate.js", import.meta.url));

/** What test files find in the environment. */
export interface ServicesEnvironment {
  RINGFENCE_TEST_POSTGRES: string;
  RINGFENCE_TEST_TEMPLATE: string;
  RINGFENCE_TEST_REDIS: string;
}

/**
 * Starts one PostgreSQL and one Redis for a whole test run, embedded unless `TEST_DATABASE_URL` or `TEST_REDIS_URL`
 * name others, and makes the template database that each test file clones. `durable`: what PostgreSQL commits is on disk.
 */
export async function startServices(
  environment: Record<string, string | undefined>,
  { durable = false }: { durable?: boolean } = {},
): Promise<{
  environment: ServicesEnvironment;
  stop(): Promise<void>;
}> {
  const [postgres, valkey] = await Promise.all([
    environment.TEST_DATABASE_URL
      ? null
      : startPostgres({ durable, settings: { max_connections: "400", shared_buffers: "256MB" } }),
    environment.TEST_REDIS_URL ? null : startValkey(),
  ]);
  const adminUrl = environment.TEST_DATABASE_URL || postgres!.adminUrl;
  const template = `ringfence_template_${randomBytes(6).toString("hex")}`;
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${template}`);
  const url = new URL(adminUrl);
  url.pathname = `/${template}`;
  await promisify(execFile)(process.execPath, [MIGRATE], { env: { DATABASE_URL: url.href } });

  return {
    environment: {
      RINGFENCE_TEST_POSTGRES: adminUrl,
      RINGFENCE_TEST_TEMPLATE: template,
      RINGFENCE_TEST_REDIS: environment.TEST_REDIS_URL || valkey!.url,
    },
    stop: async () => {
      await admin.query(`DROP DATABASE ${template} WITH (FORCE)`);
      await admin.end();
      await Promise.all([postgres?.close(), valkey?.close()]);
    },
  };
}
