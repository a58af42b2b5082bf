import type { Times } from "@ringfence/domain";
import { type Pools, sessionTimeouts } from "./client.ts";
import { sqlState } from "./errors.ts";

/** A pooler's answer to a start-up parameter that it does not know (pgbouncer.org/config.html, ignore_startup_parameters). */
const PROTOCOL_VIOLATION = "08P01";
const REMEDY =
  "a pooler such as PgBouncer stands between and does not pass them on; give DATABASE_URL the address of PostgreSQL itself";

/** The settings that sessions do not keep, with the remedy; null if they keep all. */
export async function sessionFault(pools: Pools, times: Times): Promise<string | null> {
  const faults = await Promise.all(
    Object.entries(pools).map(async ([name, { pg: pool }]) => {
      const asked = {
        TimeZone: "UTC",
        ...sessionTimeouts(times),
        statement_timeout: pool.options.statement_timeout as number,
      };
      try {
        const { rows } = await pool.query<Record<string, string>>(
          `SELECT ${Object.keys(asked)
            .map((setting) =>
              setting === "TimeZone"
                ? "current_setting('TimeZone') AS \"TimeZone\""
                : `(SELECT setting FROM pg_settings WHERE name = '${setting}') AS "${setting}"`,
            )
            .join(", ")}`,
        );
        return Object.entries(asked).flatMap(([setting, value]) =>
          rows[0]![setting] === String(value)
            ? []
            : [`${setting} is ${rows[0]![setting]} instead of ${value} (${name})`],
        );
      } catch (error) {
        if (sqlState(error) === PROTOCOL_VIOLATION) return ["the parameters that a session begins with are refused"];
        throw error;
      }
    }),
  );
  const [first] = faults.flat();
  return first === undefined ? null : `PostgreSQL's sessions do not keep what they are told: ${first}; ${REMEDY}`;
}
