import { createHash } from "node:crypto";
import { AnsweredBefore, type Once, type StoredAnswer } from "@ringfence/campaigns";
import { Problem } from "@ringfence/domain";
import type { Request, Response } from "express";

/** Visible ASCII, as draft-ietf-httpapi-idempotency-key-header has it, with or without its quotes. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/** The answer to a result. */
export type ToAnswer<Result> = (result: Result) => StoredAnswer;

/**
 * Answers requests that clients may repeat. With an `Idempotency-Key` the same request within 24 hours gets the same
 * answer, byte for byte, and has no other effect; without a key the work is done each time. `work` does it and passes `once`
 * to its transaction; `toAnswer` turns its result into the answer.
 */
export function createAnswerOnce() {
  /** Requests under way in this process, by owner and key: a repeat waits here and takes no database connection. */
  const underWay = new Map<string, Promise<unknown>>();

  return async <Result>(
    req: Request,
    res: Response,
    toAnswer: ToAnswer<Result>,
    work: (once: Once<Result> | null) => Promise<Result>,
  ): Promise<void> => {
    const once = repeatable(req, res, toAnswer);
    if (!once) return send(res, toAnswer(await work(null)));
    const name = `${once.owner} ${once.key}`;
    while (underWay.has(name)) await underWay.get(name);
    const done = work(once);
    underWay.set(
      name,
      done.catch(() => undefined).finally(() => underWay.delete(name)),
    );
    try {
      send(res, toAnswer(await done));
    } catch (error) {
      if (!(error instanceof AnsweredBefore)) throw error;
      send(res.set("Idempotency-Replayed", "true"), error.answer);
    }
  };
}

function repeatable<Result>(req: Request, res: Response, toAnswer: Once<Result>["toAnswer"]): Once<Result> | null {
  const key = req.get("idempotency-key");
  if (key === undefined) return null;
  if (!KEY.test(key)) {
    throw new Problem("invalid_request", "Correct and send again: Idempotency-Key", [
      { path: "Idempotency-Key", message: "Must be 1 to 255 visible ASCII characters, such as a UUID" },
    ]);
  }
  const query = Object.keys(req.query).length > 0 ? [req.query] : [];
  const asked = JSON.stringify([req.method, `${req.baseUrl}${req.path}`, req.body ?? {}, ...query]);
  const digest = new Uint8Array(createHash("sha256").update(asked).digest());
  return { owner: res.locals.principal.keyId ?? "admin", key, digest, toAnswer };
}

/** `once` for a use case whose result is answered as this view only. */
export const answering = <Result, View>(once: Once<View> | null, view: (result: Result) => View): Once<Result> | null =>
  once && { ...once, toAnswer: (result) => once.toAnswer(view(result)) };

/** Sends an answer as it is. */
export function send(res: Response, { status, location, body }: StoredAnswer): void {
  if (location !== null) res.location(location);
  res.status(status).type("json").send(body);
}

export type AnswerOnce = ReturnType<typeof createAnswerOnce>;
