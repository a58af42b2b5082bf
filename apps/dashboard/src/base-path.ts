/**
 * The path under which a proxy serves Ringfence, as the API wrote it into the page: "/dialer", or "" at the root of its
 * host. Tests of words have no page.
 */
export const BASE_PATH = globalThis.document?.querySelector<HTMLMetaElement>('meta[name="base-path"]')?.content ?? "";

/** Whether the browser is below that path. Past the proxy it may not be, and then neither the router nor the cookie fits. */
export const isBelowBase = (pathname: string): boolean =>
  pathname === BASE_PATH || pathname.startsWith(`${BASE_PATH}/`);
