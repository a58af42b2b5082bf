import { randomBytes } from "node:crypto";
import type { Pool } from "pg";
import type { PoolSizes } from "./client.ts";

/** Divides the connections of a process among its pools in these shares; a pool with a share gets at least one. */
export function poolSizes(shares: PoolSizes, total: number): PoolSizes {
  const all = Object.values(shares).reduce((sum, share) => sum + share, 0);
  const sizes = Object.entries(shares).map(([name, share]) => ({
    name,
    share,
    size: share === 0 ? 0 : Math.max(1, Math.floor((share * total) / all)),
  }));
  const left = () => total - sizes.reduce((sum, { size }) => sum + size, 0);
  // What was rounded off goes where the least of the share is met, and what was rounded up comes from where most is left.
  for (const step of [1, -1]) {
    while (left() * step > 0) {
      const some = sizes.filter(({ share, size }) => share > 0 && size + step >= 1);
      if (some.length === 0) break;
      some.sort((a, b) => step * (a.size / a.share - b.size / b.share));
      some[0]!.size += step;
    }
  }
  return Object.fromEntries(sizes.map(({ name, size }) => [name, size])) as PoolSizes;
}

/** The application_name of a process that may open so many connections: by it others know its need. */
export const processName = (kind: string, total: number): string =>
  `ringfence ${kind} ${randomBytes(4).toString("hex")} of ${total}`;

/** What PostgreSQL allows this role in this database, and what all processes of the product that are connected may need. */
export interface Connections {
  allowed: number;
  needed: number;
  processes: number;
}

/** Sums up the needs of the processes that are connected, this one included. */
export async function connections(pool: Pool): Promise<Connections> {
  const { rows } = await pool.query<Connections>(`
    WITH fleet AS (
      SELECT DISTINCT application_name, substring(application_name FROM ' of ([0-9]+)$')::int AS need
      FROM pg_stat_activity WHERE application_name ~ '^ringfence .* of [0-9]+$'
    ), allowed AS (
      SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
          - coalesce(current_setting('reserved_connections', true), '0')::int AS server,
        nullif(datconnlimit, -1) AS in_database, nullif(rolconnlimit, -1) AS of_role
      FROM pg_database, pg_roles WHERE datname = current_database() AND rolname = current_user
    )
    SELECT least(server, in_database, of_role) AS allowed,
      coalesce((SELECT sum(need) FROM fleet), 0)::int AS needed, (SELECT count(*) FROM fleet)::int AS processes FROM allowed`);
  return rows[0]!;
}
