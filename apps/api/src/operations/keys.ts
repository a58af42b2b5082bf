import { CreateKey, type KeyView, type NewKeyView, notFound, PageQuery } from "@ringfence/domain";
import { Router } from "express";
import type { Api } from "../app.ts";
import { requires } from "../auth/auth.ts";
import { json, parseAs } from "../http/bodies.ts";
import { newestFirst, page } from "../http/cursors.ts";
import { pathId } from "../http/path-id.ts";

/** API keys. A key itself is shown once, when it is made. */
export function keyRoutes({ db, access, liveFeed, log }: Api): Router {
  const router = Router();

  router.post("/keys", requires("admin"), json(), async (req, res) => {
    const { name, role, expires_at } = parseAs(CreateKey, req.body);
    const { key, prefix, digest } = access.newKey();
    const by = res.locals.principal.name;
    const stored = await db.keys.create({ name, role, prefix, digest, expiresAt: expires_at ?? null }, by);
    log.info({ keyId: stored.id, role, by }, "key made");
    const view: NewKeyView = { ...stored, key };
    res.status(201).location(`/v1/keys/${stored.id}`).json(view);
  });

  router.get("/keys", requires("admin"), async (req, res) => {
    const view = (key: KeyView) => key;
    res.json(await page(parseAs(PageQuery, req.query), newestFirst, db.keys.list, view));
  });

  router.delete("/keys/:id", requires("admin"), async (req, res) => {
    const id = pathId(req, "key");
    if (!(await db.keys.remove(id, res.locals.principal.name))) throw notFound("key");
    log.info({ keyId: id, by: res.locals.principal.name }, "key deleted");
    await liveFeed.recheck();
    res.status(204).end();
  });

  return router;
}
