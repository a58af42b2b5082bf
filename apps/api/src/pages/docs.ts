import { createRequire } from "node:module";
import path from "node:path";
import compression from "compression";
import express, { Router } from "express";
import type { Api } from "../api.ts";
import { openApiDocument } from "../http/document.ts";

/** Swagger UI's own files, beside this app or, in its bundle, at the root. */
const SWAGGER_UI = path.dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
const page = (basePath: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Ringfence API</title>
    <link rel="icon" href="${basePath}/icon.svg" />
    <link rel="stylesheet" href="${basePath}/docs/swagger-ui.css" />
  </head>
  <body>
    <div id="docs"></div>
    <script src="${basePath}/docs/swagger-ui-bundle.js"></script>
    <script src="${basePath}/docs/start.js"></script>
  </body>
</html>
`;
const start = (basePath: string) => `SwaggerUIBundle({
  url: "${basePath}/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
`;

/** Serves the documentation: OpenAPI for programs, and for people a page on which the API can be tried. Reading needs no key. */
export function docsRoutes({ basePath }: Pick<Api, "basePath">): Router {
  const router = Router();
  // Generating the document takes some 50 ms of the API's start, and most processes are never asked for it.
  let document: string | undefined;
  const files = express.static(SWAGGER_UI, { index: false, maxAge: "1h" });

  router.use(["/openapi.json", "/docs"], compression());
  router.get("/openapi.json", (_req, res) => {
    document ??= JSON.stringify(openApiDocument(basePath));
    res.type("json").send(document);
  });
  router.get("/docs", (_req, res) => {
    res.type("html").send(page(basePath));
  });
  router.get("/docs/start.js", (_req, res) => {
    res.type("js").send(start(basePath));
  });
  router.use("/docs", (req, res, next) =>
    /^\/swagger-ui(-bundle\.js|\.css)$/.test(req.path) ? files(req, res, next) : next(),
  );
  return router;
}
