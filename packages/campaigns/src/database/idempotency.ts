import { Problem } from "@ringfence/domain";
import type { PrismaTransaction } from "./client.ts";

/** How long an answer is stored. */
const KEPT = "24 hours";

/** Deletes expired answers, by the clock that also reads them: the start of the transaction. */
export const DROP_EXPIRED = `DELETE FROM idempotency_keys WHERE created_at <= now() - interval '${KEPT}'`;

/** An answer as it was sent, byte for byte. */
export interface StoredAnswer {
  status: number;
  location: string | null;
  body: string;
}

/** A request that its client may repeat: its owner, its key, the digest of its content, and its answer. */
export interface Once<Result> {
  owner: string;
  key: string;
  digest: Uint8Array<ArrayBuffer>;
  toAnswer: (result: Result) => StoredAnswer;
}

/** Thrown instead of repeating the work: the same request was answered before. The transaction is rolled back. */
export class AnsweredBefore extends Error {
  override readonly name = "AnsweredBefore";
  constructor(readonly answer: StoredAnswer) {
    super("answered before");
  }
}

/** Runs one statement inside the transaction that does the work. */
export type Run = <Row extends object>(text: string, values: unknown[]) => Promise<Row[]>;

/** Runs statements inside a Prisma transaction. */
export const runIn =
  (tx: PrismaTransaction): Run =>
  (text, values) =>
    tx.$queryRawUnsafe(text, ...values);

/**
 * Does work once: a repeated request waits until this transaction has ended and then gets its answer. The transaction
 * that does the work also stores the answer, so a crash leaves both or neither; failed work stores nothing. Throws
 * `AnsweredBefore`, and `idempotency_mismatch` if the key was used for another request.
 */
export async function doOnce<Result>(
  once: Once<Result> | null,
  run: Run,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!once) return await work();
  const { owner, key, digest } = once;
  // Waits as long as the other request takes: the ordinary lock time-out does not suit this wait.
  const [{ usual } = { usual: "" }] = await run<{ usual: string }>(
    "SELECT current_setting('lock_timeout') AS usual",
    [],
  );
  await run("SELECT set_config('lock_timeout', '0', true)", []);
  await run("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))::text", [`idempotency:${owner}:${key}`]);
  await run("SELECT set_config('lock_timeout', $1, true)", [usual]);
  const [before] = await run<StoredAnswer & { same: boolean }>(
    `SELECT request = $3::bytea AS same, status, location, body FROM idempotency_keys
     WHERE owner = $1 AND key = $2 AND created_at > now() - interval '${KEPT}'`,
    [owner, key, digest],
  );
  if (before && !before.same) {
    throw new Problem(
      "idempotency_mismatch",
      "This Idempotency-Key was used for another request within 24 hours; use a new one for each request",
    );
  }
  if (before) throw new AnsweredBefore({ status: before.status, location: before.location, body: before.body });
  const result = await work();
  const { status, location, body } = once.toAnswer(result);
  await run(DROP_EXPIRED, []);
  await run(
    `INSERT INTO idempotency_keys (owner, key, request, status, location, body)
     VALUES ($1, $2, $3::bytea, $4::smallint, $5, $6)`,
    [owner, key, digest, status, location, body],
  );
  return result;
}
