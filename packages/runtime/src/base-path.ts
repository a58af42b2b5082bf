/** First segments of the API's own paths. A base path may not start with one: it would be unclear whether a proxy had removed the prefix. */
export const OWN_PATHS = [
  "activity",
  "assets",
  "batches",
  "campaigns",
  "docs",
  "healthz",
  "keys",
  "lines",
  "login",
  "metrics",
  "openapi.json",
  "queues",
  "readyz",
  "v1",
  "webhooks",
];

/** Characters that a URL and a cookie's path can hold without escapes. */
const SEGMENT = /^[\w~.-]+$/;

/** What is wrong with the path under which a proxy serves the API, null if it is valid. */
export function basePathFault(path: string): string | null {
  if (!path.startsWith("/")) return "must begin with /, as in /dialer";
  if (path.endsWith("/")) return "must not end with /, as in /dialer; leave it out if there is none";
  const segments = path.slice(1).split("/");
  if (segments.some((segment) => !SEGMENT.test(segment) || /^\.+$/.test(segment))) {
    return "may hold letters, digits, and _ - . ~ between its slashes only";
  }
  if (OWN_PATHS.includes(segments[0]!)) return `must not begin with /${segments[0]}, which is a path of the API itself`;
  return null;
}
