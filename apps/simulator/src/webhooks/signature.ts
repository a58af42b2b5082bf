import { createHmac } from "node:crypto";

/** The value of `x-retell-signature`: HMAC-SHA256 over the exact body followed by the time, so that it ages. */
export function sign(rawBody: string, key: string, atMs: number): string {
  const digest = createHmac("sha256", key).update(rawBody).update(String(atMs)).digest("hex");
  return `v=${atMs},d=${digest}`;
}
