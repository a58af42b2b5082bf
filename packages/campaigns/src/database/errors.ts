/** An error and its causes, outermost first; Prisma stores the driver's error in `meta`. */
function* chain(error: unknown): Generator<Record<string, unknown>> {
  for (let at: unknown = error, depth = 0; typeof at === "object" && at !== null && depth < 6; depth++) {
    const link = at as Record<string, unknown>;
    yield link;
    at = (link.meta as Record<string, unknown> | undefined)?.driverAdapterError ?? link.cause;
  }
}

/** The SQLSTATE behind an error of Prisma or pg, or null if PostgreSQL never answered. */
export function sqlState(error: unknown): string | null {
  for (const { code, originalCode } of chain(error)) {
    for (const candidate of [originalCode, code]) {
      if (typeof candidate === "string" && /^[0-9A-Z]{5}$/.test(candidate) && !candidate.startsWith("P"))
        return candidate;
    }
  }
  return null;
}

/** SQLSTATE classes and codes of a server that shuts down, is full, read-only, or gave up waiting (postgresql.org/docs, appendix A). */
const AWAY_STATE = /^(08|53|57P|55P03|57014|25P03|25P04|25006|40P01|40001)/;
/** Prisma's codes for a database that cannot be reached or has no connection free (prisma.io/docs/orm/reference/error-reference). */
const AWAY_CODE = new Set(["P1000", "P1001", "P1002", "P1008", "P1017", "P2024", "P2028", "P2037"]);
/** The same errors in Prisma's pg adapter. */
const AWAY_KIND = new Set([
  "DatabaseNotReachable",
  "ConnectionClosed",
  "SocketTimeout",
  "TlsConnectionError",
  "TooManyConnections",
]);
/** pg gives these connection errors no code, so here, and only here, the message decides. */
const AWAY_WORDS =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout exceeded when trying to connect|timeout expired|Query read timeout|Cannot use a pool after calling end)/;

/** Whether an error means that PostgreSQL is unavailable or too busy, so that a later retry may help. */
export function isUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  if (state) return AWAY_STATE.test(state);
  for (const { code, kind, message } of chain(error)) {
    if (typeof code === "string" && (AWAY_CODE.has(code) || /^E[A-Z]{4,}$/.test(code))) return true;
    if (typeof kind === "string" && AWAY_KIND.has(kind)) return true;
    if (typeof message === "string" && AWAY_WORDS.test(message)) return true;
  }
  return false;
}
