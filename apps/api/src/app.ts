import { Problem } from "@ringfence/domain";
import express, { type Express } from "express";
import helmet from "helmet";
import type { Api } from "./api.ts";
import { underBasePath } from "./http/base-path.ts";
import { problemHandler } from "./http/problem-handler.ts";
import { serveOperations } from "./http/serve-operations.ts";
import { OPERATIONS } from "./operations/all-operations.ts";
import { boardRoutes } from "./pages/board.ts";
import { dashboardRoutes } from "./pages/dashboard.ts";
import { docsRoutes } from "./pages/docs.ts";
import { healthRoutes } from "./pages/health.ts";
import { retellWebhookRoutes } from "./retell-webhook/retell-webhook.ts";

/** Pages load resources from this host only, so that no other host learns who views them. Bull Board has its styles in the page. */
const OUR_OWN_PAGES_ONLY = {
  "default-src": ["'self'"],
  "style-src": ["'self'", "'unsafe-inline'"],
  "img-src": ["'self'", "data:"],
  "object-src": ["'none'"],
  "base-uri": ["'self'"],
  "form-action": ["'self'"],
  "frame-ancestors": ["'none'"],
};

/** The whole HTTP surface. */
export function createApp(api: Api): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("query parser", "simple");
  app.use(api.logRequests);
  app.use(underBasePath(api.basePath));
  app.use(helmet({ contentSecurityPolicy: { useDefaults: false, directives: OUR_OWN_PAGES_ONLY } }));
  app.use(healthRoutes(api));
  app.use(retellWebhookRoutes(api));
  app.use(docsRoutes(api));
  app.use(boardRoutes(api));
  app.use("/v1", serveOperations(OPERATIONS, api));
  app.use(dashboardRoutes(api));
  app.use(() => {
    throw new Problem("not_found", "There is no such path");
  });
  app.use(problemHandler(api.log));
  return app;
}
