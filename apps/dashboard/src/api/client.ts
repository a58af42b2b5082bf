import { createClient } from "@ringfence/client";
import { BASE_PATH } from "../base-path.ts";

/** Time-outs of requests, in ms. A stop may take 10 s. */
const READ_TIMEOUT_MS = 20_000;
const WRITE_TIMEOUT_MS = 30_000;
/** For an import or a launch, which take minutes for a million rows. */
export const LONG_TIMEOUT_MS = 600_000;

let onSignedOut: () => void = () => undefined;
/** Calls the listener when an answer says that the session has ended. */
export const whenSignedOut = (listener: () => void): void => {
  onSignedOut = listener;
};

const session = `${BASE_PATH}/v1/session`;

/** The API, signed in by the session cookie. It never retries: pages retry themselves, and show that they do. */
export const api = createClient({
  url: location.origin + BASE_PATH,
  retries: { attempts: 1 },
  readTimeoutMs: READ_TIMEOUT_MS,
  writeTimeoutMs: WRITE_TIMEOUT_MS,
  fetch: async (input, init) => {
    const response = await fetch(input, { ...init, cache: "no-store" });
    if (response.status === 401 && new URL(response.url).pathname !== session) onSignedOut();
    return response;
  },
});
