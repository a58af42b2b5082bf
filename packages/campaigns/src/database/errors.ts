/** An error and its causes, outermost first; Prisma stores the driver's error in `meta`. */
function* chain(error: unknown): Generator<Record<string, unknown>> {
  for (let at: unknown = error, depth = 0; typeof at === "object" && at !== null && depth < 6; depth++) {
    const link = at as Record<string, unknown>;
    yield link;
    at = (link.meta as Record<string, unknown> | undefined)?.driverAdapterError ?? link.cause;
  }
}

/** The SQLSTATE behind an error of Prisma or pg, or null if PostgreSQL never answered. Each has a digit, unlike EPIPE. */
export function sqlState(error: unknown): string | null {
  for (const { code, originalCode } of chain(error)) {
    for (const candidate of [originalCode, code]) {
      if (typeof candidate === "string" && /^(?=.*\d)[0-9A-Z]{5}$/.test(candidate) && !candidate.startsWith("P"))
        return candidate;
    }
  }
  return null;
}

/** What a kind of error is known by: its SQLSTATE, or, where PostgreSQL never answered, a code, Prisma's kind, or a message. */
interface Signs {
  states: RegExp;
  names: ReadonlySet<unknown>;
  /** pg gives some connection errors no code, so for these, and only these, the message decides. */
  words: RegExp;
}

function shows(error: unknown, { states, names, words }: Signs): boolean {
  const state = sqlState(error);
  if (state) return states.test(state);
  return [...chain(error)].some(
    ({ code, kind, message }) =>
      names.has(code) || names.has(kind) || (typeof message === "string" && words.test(message)),
  );
}

/**
 * The server has no connection left or is starting, or this process had none free in time (postgresql.org/docs, appendix
 * A; prisma.io/docs/orm/reference/error-reference).
 */
const FULL: Signs = {
  states: /^(53300|57P03)/,
  names: new Set(["P2024", "P2037", "TooManyConnections"]),
  words: /^(timeout exceeded when trying to connect|timeout expired|Connection terminated due to connection timeout)/,
};
/** No connection was made, or the statement was rolled back. */
const REFUSED: Signs = {
  states: /^(53|57P03|55P03|57014|25006|40P01|40001)/,
  names: new Set([...FULL.names, "P1001", "ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "DatabaseNotReachable"]),
  words: FULL.words,
};
/** The server shuts down, is full or read-only, gave up waiting, or cannot be reached. */
const AWAY: Signs = {
  states: /^(08|53|57P|55P03|57014|25P03|25P04|25006|40P01|40001)/,
  names: new Set([
    ...REFUSED.names,
    ...["P1000", "P1002", "P1008", "P1017", "P2028", "ConnectionClosed", "SocketTimeout", "TlsConnectionError"],
  ]),
  words:
    /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout exceeded when trying to connect|timeout expired|Query read timeout|Cannot use a pool after calling end)/,
};

/** Whether an error means that PostgreSQL is unavailable or too busy, so that a later retry may help. */
export const isUnavailable = (error: unknown): boolean =>
  shows(error, AWAY) ||
  (!sqlState(error) && [...chain(error)].some(({ code }) => typeof code === "string" && /^E[A-Z]{4,}$/.test(code)));

/** Whether an error means that the statement changed nothing. After one that shows neither this nor another state, it may have. */
export const wasRefused = (error: unknown): boolean => shows(error, REFUSED);

/** Whether a statement was never sent for want of a connection. */
export const lackedConnection = (error: unknown): boolean => shows(error, FULL);
