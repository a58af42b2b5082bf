import Retell from "retell-sdk";
import type { RetellAccess } from "./dialer.ts";

/** The header by which our simulator identifies itself. */
export const SIMULATOR_HEADER = "x-ringfence-simulator";
/** Wait before an address that did not answer is checked again, in ms. */
const AGAIN_AFTER_MS = 30_000;
const TIMEOUT_MS = 2_000;

/** Whether Retell's address is the simulator's: false until the simulator has answered. Checks in the background, and never asks Retell itself. */
export function watchSimulated(access: RetellAccess): { isSimulated: () => boolean; close: () => void } {
  let simulated = false;
  let timer: NodeJS.Timeout | undefined;
  const client = new Retell({
    apiKey: access.apiKey,
    ...(access.baseUrl && { baseURL: access.baseUrl }),
    maxRetries: 0,
    timeout: TIMEOUT_MS,
    logLevel: "off",
  });
  const ask = async (): Promise<void> => {
    try {
      const { response } = await client.identity.retrieve().withResponse();
      simulated = response.headers.get(SIMULATOR_HEADER) !== null;
    } catch {
      timer = setTimeout(() => void ask(), AGAIN_AFTER_MS).unref();
    }
  };
  if (access.baseUrl) void ask();
  return { isSimulated: () => simulated, close: () => clearTimeout(timer) };
}
