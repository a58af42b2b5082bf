import { adminKey } from "./auth.ts";

test("the admin's key is recognised whole and exactly, nothing else is", () => {
  const key = "a-key-of-twenty-four-chars";
  const authenticate = adminKey(key);
  expect(authenticate(key)).toEqual({ name: "admin", role: "admin", keyId: null });
  for (const other of [
    "",
    key.slice(1),
    key.slice(0, -1),
    `${key} `,
    ` ${key}`,
    key.toUpperCase(),
    `${key}${key}`,
    "\0",
  ]) {
    expect(authenticate(other)).toBeNull();
  }
});
