import { now, sleep } from "../clock.ts";

/** A client gives up on an answer after this long, in ms, and asks again. */
const PATIENCE_MS = 30_000;
const ASK_AGAIN_MS = 60;

/** One request and what came of it. Times in ms since 1970. */
export interface Answer {
  /** Method and path, ids taken out. */
  request: string;
  sentAt: number;
  answeredAt: number;
  /** null: no answer came. */
  status: number | null;
  /** The problem's code, or what there was instead. */
  code: string | null;
}

/** A good answer, and between which instants the request took effect. */
export interface Good<Body> {
  body: Body;
  status: number;
  firstSentAt: number;
  answeredAt: number;
}

/** Asks the API as a client that never gives up would. */
export interface ApiClient {
  /**
   * Asks until there is an answer other than 5xx or none at all. Returns it, be it 2xx or 4xx. Rejects when the signal
   * aborts.
   */
  insist<Body>(method: string, path: string, body?: object): Promise<Good<Body>>;
  /** Every answer since then. */
  answers(): Answer[];
  forget(): void;
}

/** Creates a client of the API, whose address may change when it is started again (null: it is down). */
export function createApiClient(address: () => string | null, key: string, signal: AbortSignal): ApiClient {
  let answers: Answer[] = [];

  const ask = async (method: string, path: string, body?: object) => {
    const request = `${method} ${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "{id}")}`;
    const sentAt = now();
    const answer: Answer = { request, sentAt, answeredAt: sentAt, status: null, code: null };
    try {
      const url = address();
      if (url === null) throw new Error("down");
      const response = await fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${key}`, ...(body && { "content-type": "application/json" }) },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
      });
      answer.answeredAt = now();
      const text = await response.text();
      answer.status = response.status;
      const problem = response.headers.get("content-type")?.startsWith("application/problem+json");
      const parsed = text === "" ? {} : JSON.parse(text);
      if (response.status >= 400) answer.code = problem ? parsed.code : "no problem+json";
      return { answer, body: parsed };
    } catch (error) {
      signal.throwIfAborted();
      answer.answeredAt = now();
      answer.code = error instanceof Error ? error.message : String(error);
      return { answer, body: null };
    } finally {
      answers.push(answer);
    }
  };

  return {
    insist: async (method, path, body) => {
      const firstSentAt = now();
      for (;;) {
        const { answer, body: given } = await ask(method, path, body);
        if (answer.status !== null && answer.status < 500)
          return { body: given, status: answer.status, firstSentAt, answeredAt: answer.answeredAt };
        await sleep(ASK_AGAIN_MS, undefined, { signal });
      }
    },
    answers: () => answers,
    forget: () => {
      answers = [];
    },
  };
}
