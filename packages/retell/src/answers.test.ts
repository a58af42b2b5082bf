import { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from "retell-sdk";
import { answerOf, NeverConnected } from "./answers.ts";

/** The SDK's error for an error status from Retell. */
const answered = (status: number, body: object | undefined) =>
  APIError.generate(status, body, undefined, new Headers());
/** The SDK's error for a request that got no answer, as fetch throws it. */
const cut = (cause: unknown) => new APIConnectionError({ cause: new TypeError("fetch failed", { cause }) });
const coded = (code: string, more: object = {}) => Object.assign(new Error(code), { code, ...more });

test.each([400, 404, 422])("%d refuses this call, with Retell's message", (status) =>
  expect(answerOf(answered(status, { status: "error", message: "Number not valid" }))).toEqual({
    kind: "refused",
    status,
    message: "Number not valid",
  }),
);

test.each<[object | undefined]>([[undefined], [{}], [{ message: "" }], [{ message: { deep: 1 } }], [["message"]]])(
  "a refusal without a message, %j, gets a message of ours",
  (body) =>
    expect(answerOf(answered(422, body))).toMatchObject({ kind: "refused", message: expect.stringMatching(/./) }),
);

test.each([401, 402, 403])("%d bars all calls", (status) =>
  expect(answerOf(answered(status, { message: "x" }))).toEqual({ kind: "barred", status }),
);

test("a 429 means that the call was surely not placed", () =>
  expect(answerOf(answered(429, {}))).toEqual({ kind: "busy" }));

test.each([300, 307, 405, 408, 409, 410, 412, 413, 418, 451, 500, 501, 502, 503, 504, 520, 599])(
  "after a %d the outcome is unknown",
  (status) =>
    expect(answerOf(answered(status, { message: "x" }))).toEqual({ kind: "unknown", why: `status ${status}` }),
);

test.each([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
])("a request that failed with %s never left this machine", (code) =>
  expect(answerOf(cut(new NeverConnected("x", { cause: coded(code) })))).toEqual({ kind: "not-sent", why: code }),
);

test.each([
  "ECONNRESET",
  "EPIPE",
  "UND_ERR_SOCKET",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "ETIMEDOUT",
  "EPROTO",
  "of next year",
])("after %s the outcome is unknown", (code) =>
  expect(answerOf(cut(coded(code)))).toEqual({ kind: "unknown", why: code }),
);

test.each<[string, unknown]>([
  ["a time-out", new APIConnectionTimeoutError()],
  ["a time-out that hides a refusal", Object.assign(new APIConnectionTimeoutError(), { cause: coded("ECONNREFUSED") })],
  ["an abort", new APIUserAbortError()],
  ["a connection error without a code", cut(new Error("x"))],
  ["a connection error without a cause", new APIConnectionError({})],
  ["an answer that is no JSON", new SyntaxError("Unexpected token <")],
  ["a fault of ours", new TypeError("x is not a function")],
  ["a text", "ECONNREFUSED"],
  ["nothing", undefined],
  ["null", null],
])("after %s the outcome is unknown", (_, error) =>
  expect(answerOf(error)).toMatchObject({ kind: "unknown", why: expect.stringMatching(/./) }),
);

test("an endless chain of causes is followed only so far", () => {
  const error = coded("ECONNRESET");
  Object.assign(error, { cause: error });
  expect(answerOf(error)).toMatchObject({ kind: "unknown" });
});
