/**
 * The path under which a proxy serves Ringfence, as the API wrote it into the page: "/dialer", or "" at the root of its
 * host. Tests of words have no page.
 */
export const BASE_PATH = globalThis.document?.querySelector<HTMLMetaElement>('meta[name="base-path"]')?.content ?? "";

/** Whether the browser is below that path. A browser that bypasses the proxy may not be, and then neither router nor cookie works. */
export const isBelowBase = (pathname: string): boolean =>
  pathname === BASE_PATH || pathname.startsWith(`${BASE_PATH}/`);
