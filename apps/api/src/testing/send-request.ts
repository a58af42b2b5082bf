import type { Role } from "@ringfence/domain";
import { createAnswerCheck } from "./answer-check.ts";

/** One key per role. */
export const KEYS: Record<Role, string> = { viewer: "viewer-key", operator: "operator-key", admin: "admin-key" };
/** The admin key of the environment. */
export const ADMIN_KEY = KEYS.admin;

/** What a request carries: the admin's key unless `key` names another role, and `raw` bytes instead of `body` as JSON. */
export interface RequestOptions {
  key?: Role | "wrong" | null;
  body?: unknown;
  raw?: string | Uint8Array | ReadableStream<Uint8Array>;
  headers?: Record<string, string>;
}

/** An answer; `body` is its parsed JSON, undefined if it is not JSON. */
export interface Answer {
  status: number;
  type: string | null;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers whose shapes they assert
  body: any;
}

function bearer(key: RequestOptions["key"] = "admin"): Record<string, string> {
  if (key === null) return {};
  return { authorization: `Bearer ${key === "wrong" ? "nobody's key" : KEYS[key]}` };
}

/** The documentation has to describe every answer that a test gets. */
const checkAnswer = createAnswerCheck();

/** Sends a request; throws if the documentation does not describe the answer. */
export async function sendRequest(url: string, method: string, options: RequestOptions = {}): Promise<Answer> {
  const { key, body, raw, headers } = options;
  const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(url, {
    method,
    redirect: "manual",
    headers: { ...bearer(key), ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    ...(content !== undefined && { body: content, duplex: "half" }),
  } as RequestInit);
  const text = await response.text();
  const type = response.headers.get("content-type");
  checkAnswer(method, new URL(url).pathname, { status: response.status, type, text });
  return {
    status: response.status,
    type,
    headers: response.headers,
    text,
    body: type?.includes("json") && text !== "" ? JSON.parse(text) : undefined,
  };
}
