import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import compression from "compression";
import express, { type RequestHandler, Router } from "express";

/** The dashboard's build, two folders above this bundle. */
const FILES = fileURLToPath(new URL("../../dashboard/dist", import.meta.url));
/** Above this file instead, where the API runs from its sources, as in tests. */
const FILES_FROM_SOURCE = fileURLToPath(new URL("../../../dashboard/dist", import.meta.url));
/** Paths that the page itself answers; a new page of apps/dashboard needs its name here. */
const PAGES = /^\/(?:|login|campaigns(?:\/[^/]+)?|batches\/[^/]+|lines|keys|activity)\/?$/;
/** Paths that never belong to the dashboard: an error below them is for programs. */
const NOT_PAGES = /^\/(?:v1|docs|webhooks|queues|metrics|healthz|readyz)(?:\/|$)/;

/** The dashboard's files: named by their content and kept by browsers for ever, but for the page itself, asked for anew each time. */
export function dashboardRoutes(): Router {
  const router = Router();
  const root = existsSync(FILES) ? FILES : FILES_FROM_SOURCE;
  const page: RequestHandler = (_req, res, next) =>
    res
      .set("Cache-Control", "no-cache")
      .sendFile("index.html", { root, cacheControl: false }, (error) => error && next(error));

  router.use((req, res, next) => (NOT_PAGES.test(req.path) ? next("router") : compression()(req, res, next)));
  router.use("/assets", express.static(`${root}/assets`, { index: false, immutable: true, maxAge: "1y" }));
  router.use(express.static(root, { index: false, maxAge: "1h" }));
  router.get(PAGES, page);
  // A person who mistyped sees the page say so; a program gets the error that it can read.
  router.get(/.*/, (req, res, next) => {
    if (req.accepts(["json", "html"]) !== "html") return next();
    res.status(404);
    page(req, res, next);
  });
  return router;
}
