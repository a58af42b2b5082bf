import { cookieOf, SESSION_COOKIE, sessionSigner } from "./session-cookie.ts";

const KEY = "a-key-of-twenty-four-chars";
const ID = "3e0a5ab8-2f6f-4b49-9d51-2d52c7f6f7a1";
const later = () => new Date(Date.now() + 60_000);

test("a signed cookie is read by every process with the same admin key and by no other", () => {
  const value = sessionSigner(KEY).sign({ id: ID, expiresAt: later() });
  expect(sessionSigner(KEY).read(value)).toBe(ID);
  expect(sessionSigner(`${KEY}!`).read(value)).toBeNull();
  expect(value).not.toContain(KEY);
});

test("a cookie with a changed, added or missing character is refused", () => {
  const { sign, read } = sessionSigner(KEY);
  const value = sign({ id: ID, expiresAt: later() });
  for (let at = 0; at < value.length; at++) {
    for (const other of ["", "0", "1", "A", "B", "-", ".", "é"]) {
      const changed = value.slice(0, at) + other + value.slice(at + 1);
      if (changed !== value) expect({ changed, id: read(changed) }).toEqual({ changed, id: null });
    }
  }
  for (const changed of [`${value}A`, ` ${value}`, `${value}\n`, value.toUpperCase(), "", ".", "a.b.c"])
    expect(read(changed)).toBeNull();
});

test("an expired cookie is refused, whether its signature is good or not", () => {
  const { sign, read } = sessionSigner(KEY);
  expect(read(sign({ id: ID, expiresAt: new Date(Date.now() - 1) }))).toBeNull();
});

test.each([
  [undefined, undefined],
  ["", undefined],
  ["ringfence_session=a", "a"],
  ["x=1; ringfence_session=a; y=2", "a"],
  ["x=1;ringfence_session=a", "a"],
  ["ringfence_session=a; ringfence_session=b", "a"],
  ["ringfence_session=a=b", "a=b"],
  ["ringfence_session=", ""],
  ["ringfence_session", undefined],
  ["not_ringfence_session=a; ringfence_sessions=b", undefined],
  ["=ringfence_session", undefined],
  ["RINGFENCE_SESSION=a", undefined],
])("the cookie in %j is %j", (header, value) => {
  expect(cookieOf(header, SESSION_COOKIE)).toBe(value);
});
