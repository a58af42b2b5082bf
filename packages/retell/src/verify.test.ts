import { createHmac } from "node:crypto";
import { sign } from "retell-sdk";
import { verifyWebhook } from "./verify.ts";

const KEY = "key_webhook";
const BODY = '{"event":"call_ended","call":{"call_id":"call_1","name":"Ana «é» 🙂"}}';
const MINUTE_MS = 60_000;
const signedAt = (ms: number, body = BODY, key = KEY) =>
  `v=${ms},d=${createHmac("sha256", key).update(`${body}${ms}`).digest("hex")}`;

test("a webhook that Retell signed is genuine", async () => {
  expect(await verifyWebhook(BODY, KEY, await sign(BODY, KEY))).toBe(true);
  expect(await verifyWebhook(BODY, KEY, signedAt(Date.now()))).toBe(true);
});

test.each<[string, () => string | undefined]>([
  ["no signature", () => undefined],
  ["an empty signature", () => ""],
  ["a signature by another key", () => signedAt(Date.now(), BODY, "key_of_another")],
  ["a signature of another body", () => signedAt(Date.now(), `${BODY} `)],
  ["a stale signature", () => signedAt(Date.now() - 5 * MINUTE_MS - 5_000)],
  ["a signature from the future", () => signedAt(Date.now() + 5 * MINUTE_MS + 5_000)],
  ["a signature with a changed time", () => signedAt(Date.now() - 60 * MINUTE_MS).replace(/v=\d+/, `v=${Date.now()}`)],
  ["half a digest", () => signedAt(Date.now()).slice(0, -2)],
  ["a digest that is not hex", () => signedAt(Date.now()).replace(/d=../, "d=zz")],
  ["no time", () => signedAt(Date.now()).replace(/^v=\d+,/, "")],
  ["rubbish", () => "rubbish"],
  ["a very long one", () => `v=1,d=${"a".repeat(100_000)}`],
])("%s is not genuine", async (_, signature) => expect(await verifyWebhook(BODY, KEY, signature())).toBe(false));

test("a webhook delayed by four minutes is genuine", async () =>
  expect(await verifyWebhook(BODY, KEY, signedAt(Date.now() - 4 * MINUTE_MS))).toBe(true));

test("without a key no webhook is genuine, and no error is thrown", async () =>
  expect(await verifyWebhook(BODY, "", signedAt(Date.now(), BODY, ""))).toBe(false));
