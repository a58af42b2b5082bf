import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import type { Express } from "express";
import { OPERATIONS } from "../operations/all-operations.ts";
import { useApi } from "../testing/test-api.ts";
import { documentedPath, openApiDocument } from "./document.ts";

const api = useApi();

/** What Express knows of a route or of a router below a path (expressjs/express, router's Layer). */
interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
  handle: { stack?: Layer[] };
  rawPath: unknown;
}

/** Every route below /v1, as `get /v1/campaigns/{id}`. */
function routesOf(app: Express): string[] {
  const walk = (stack: Layer[], prefix: string): string[] =>
    stack.flatMap((layer) => {
      if (layer.route) {
        const path = `${prefix}${layer.route.path}`.replace(/:(\w+)/g, "{$1}");
        return Object.keys(layer.route.methods).map((method) => `${method} ${path}`);
      }
      if (!layer.handle.stack) return [];
      const below = typeof layer.rawPath === "string" && layer.rawPath !== "/" ? layer.rawPath : "";
      return walk(layer.handle.stack, prefix + below);
    });
  return [...new Set(walk((app.router as unknown as { stack: Layer[] }).stack, ""))].filter((route) =>
    route.includes(" /v1/"),
  );
}

test("the documentation has every route of the app, and the app every documented route", () => {
  const routes = routesOf(api.app).sort();
  expect(routes.length).toBeGreaterThan(20);
  expect(OPERATIONS.map((operation) => `${operation.method} ${documentedPath(operation)}`).sort()).toEqual(routes);
});

test("Redocly finds no fault in the document", async () => {
  const problems = await lintFromString({
    source: JSON.stringify(openApiDocument()),
    config: await createConfig({ extends: ["recommended-strict"] }),
  });
  expect(problems.map(({ ruleId, message, location }) => ({ ruleId, message, at: location[0]?.pointer }))).toEqual([]);
});

test("the document and the page to read and try it are served without a key", async () => {
  const { status, type, body } = await api.request("GET", "/openapi.json", { key: null });
  expect({ status, type }).toEqual({ status: 200, type: "application/json; charset=utf-8" });
  expect(body).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  for (const [path, type] of [
    ["/docs", "text/html"],
    ["/docs/start.js", "text/javascript"],
    ["/docs/swagger-ui-bundle.js", "text/javascript"],
    ["/docs/swagger-ui.css", "text/css"],
  ] as const) {
    const answer = await api.request("GET", path, { key: null });
    expect({ path, status: answer.status }).toEqual({ path, status: 200 });
    expect(answer.type).toContain(type);
  }
  expect(await api.request("GET", "/docs/package.json", { key: null })).toMatchObject({ status: 404 });
});

test("every operation has a name of its own, and every schema is described once", () => {
  const ids = OPERATIONS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(Object.keys(openApiDocument().components.schemas ?? {}).sort()).toEqual(
    expect.arrayContaining(["Batch", "Call", "Campaign", "Candidate", "ImportReport", "Lines", "Problem", "Receipt"]),
  );
});

test("packages/client is generated from this very document; if not, run npm run openapi", () => {
  const kept = readFileSync(
    fileURLToPath(new URL("../../../../packages/client/openapi.json", import.meta.url)),
    "utf8",
  );
  expect(JSON.parse(kept)).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
});
