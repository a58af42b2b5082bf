import { defineConfig } from "prisma/config";

/** Used by `prisma generate` alone. Migrations are applied by `npm run migrate`, see packages/campaigns/src/database/migrate.ts. */
export default defineConfig({ schema: "schema.prisma", migrations: { path: "migrations" } });
