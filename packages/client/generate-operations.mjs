// Writes src/generated/operations.ts: the parts of openapi.json that the client needs at run time, and no others, so that
// a browser need not load the document.
import { readFileSync, writeFileSync } from "node:fs";

const { paths } = JSON.parse(readFileSync(new URL("openapi.json", import.meta.url), "utf8"));
const named = (isWanted) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => isWanted(operation))
      .map(([method]) => `${method.toUpperCase()} ${path}`),
  );
const taking = (place, name) =>
  named(({ parameters = [] }) => parameters.some((one) => one.in === place && one.name === name));
const set = (words) => `new Set<string>(${JSON.stringify(words, null, 2)})`;

writeFileSync(
  new URL("src/generated/operations.ts", import.meta.url),
  `// Made by generate-operations.mjs out of openapi.json.

/** Operations that take the header Idempotency-Key, as "POST /v1/campaigns". */
export const TAKES_IDEMPOTENCY_KEY: ReadonlySet<string> = ${set(taking("header", "Idempotency-Key"))};

/** Stops, as "POST /v1/batches/{id}/cancel": stopping twice is stopping once. */
export const STOPS: ReadonlySet<string> = ${set(named((operation) => operation["x-stop"] === true))};

/** Lists that come in pages, as "GET /v1/campaigns". */
export const COMES_IN_PAGES: ReadonlySet<string> = ${set(taking("query", "cursor"))};
`,
);
