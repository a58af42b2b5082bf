import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import compression from "compression";
import express, { type RequestHandler, Router } from "express";
import type { Api } from "../api.ts";

/** The dashboard's build, two folders above this bundle. */
const FILES = fileURLToPath(new URL("../../dashboard/dist", import.meta.url));
/** Its place when the API runs from its sources, as in tests. */
const FILES_FROM_SOURCE = fileURLToPath(new URL("../../../dashboard/dist", import.meta.url));
/** Paths that the page itself answers; a new page of apps/dashboard needs its name here. */
const PAGES = /^\/(?:|login|campaigns(?:\/[^/]+)?|batches\/[^/]+|lines|keys|activity)\/?$/;
/** Paths that never belong to the dashboard: an error below them is answered as for programs. */
const NOT_PAGES = /^\/(?:v1|docs|webhooks|queues|metrics|healthz|readyz)(?:\/|$)/;

/** Serves the dashboard's files. Their names contain a hash of their content, so browsers cache them for ever; the page itself is requested anew each time. */
export function dashboardRoutes({ basePath }: Pick<Api, "basePath">): Router {
  const router = Router();
  const root = existsSync(FILES) ? FILES : FILES_FROM_SOURCE;
  // Read each time, because a build while this runs renames the files.
  const page: RequestHandler = async (_req, res) => {
    const html = placed(await readFile(`${root}/index.html`, "utf8"), basePath);
    res.set("Cache-Control", "no-cache").type("html").send(html);
  };

  router.use((req, res, next) => (NOT_PAGES.test(req.path) ? next("router") : compression()(req, res, next)));
  router.use(
    "/assets",
    express.static(`${root}/assets`, { index: false, redirect: false, immutable: true, maxAge: "1y" }),
  );
  router.get(PAGES, page);
  router.get("/index.html", page);
  router.use(express.static(root, { index: false, redirect: false, maxAge: "1h" }));
  // A person who mistyped sees a page that says so; a program gets an error that it can parse.
  router.get(/.*/, (req, res, next) => {
    if (req.accepts(["json", "html"]) !== "html") return next();
    res.status(404);
    page(req, res, next);
  });
  return router;
}

/** The page as served behind a proxy: with absolute paths to its files, whatever page a browser opened, and the prefix for its scripts. */
const placed = (html: string, basePath: string): string =>
  html
    .replaceAll('="./', `="${basePath}/`)
    .replace('name="base-path" content=""', `name="base-path" content="${basePath}"`);
