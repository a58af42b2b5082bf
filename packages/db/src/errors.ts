/** The SQLSTATE behind an error of Prisma or pg, or null if PostgreSQL never answered. */
export function sqlState(error: unknown): string | null {
  for (let at: unknown = error, depth = 0; typeof at === "object" && at !== null && depth < 6; depth++) {
    const { code, originalCode, meta, cause } = at as Record<string, unknown>;
    for (const candidate of [originalCode, code]) {
      if (typeof candidate === "string" && /^[0-9A-Z]{5}$/.test(candidate) && !candidate.startsWith("P"))
        return candidate;
    }
    at = (meta as Record<string, unknown> | undefined)?.driverAdapterError ?? cause;
  }
  return null;
}

/** Prisma's codes for a database that cannot be reached or has no connection free (prisma.io/docs/orm/reference/error-reference). */
const AWAY = new Set(["P1000", "P1001", "P1002", "P1008", "P1017", "P2024", "P2028", "P2037"]);
/** SQLSTATE classes and codes of a server that goes away, is full, or gave up waiting (postgresql.org/docs, appendix A). */
const AWAY_STATE = /^(08|53|57P|55P03|57014|25P03|25P04|40P01|40001)/;

/**
 * Whether an error means that PostgreSQL is away or too busy, so that asking again later may help. An error of
 * pg's connection (no code, or a socket's) counts as such.
 */
export function isUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  if (state) return AWAY_STATE.test(state);
  const { name, code } = error as { name?: string; code?: string };
  if (code && AWAY.has(code)) return true;
  if (code && /^E[A-Z]+$/.test(code)) return true;
  return (
    name === "DriverAdapterError" ||
    name === "PrismaClientInitializationError" ||
    (name === "Error" && code === undefined && isPgConnectionError(error))
  );
}

/** pg throws plain errors from its own files when a connection breaks or the pool's wait ends. */
const isPgConnectionError = (error: unknown): boolean =>
  error instanceof Error && /[\\/]pg(-pool)?[\\/]|pg-pool|node-postgres/.test(error.stack ?? "");
