import { verify } from "retell-sdk";

/** Whether Retell signed exactly these bytes with `webhookKey` within the last five minutes. Never throws. */
export async function verifyWebhook(
  rawBody: string,
  webhookKey: string,
  signature: string | undefined,
): Promise<boolean> {
  if (!signature) return false;
  try {
    return await verify(rawBody, webhookKey, signature);
  } catch {
    return false;
  }
}
