import { EventsQuery, notFound } from "@ringfence/domain";
import { Router } from "express";
import type { Api } from "../app.ts";
import { parseAs } from "../http/bodies.ts";
import { beginStream } from "../live/event-stream.ts";

/** Changes of batches, calls and lines as they happen. */
export function eventRoutes({ db, liveFeed }: Api): Router {
  const router = Router();

  router.get("/events", async (req, res) => {
    const topic = parseAs(EventsQuery, req.query);
    if (topic.batch_id && !(await db.lists.batch(topic.batch_id))) throw notFound("batch");
    if (topic.campaign_id && !(await db.campaigns.exists(topic.campaign_id))) throw notFound("campaign");
    // Express hands HEAD over too, whose answer has no body to wait for.
    if (req.method === "HEAD") return void res.type("text/event-stream").end();
    if (res.closed) return; // left meanwhile, and would never be told to leave again
    const { principal, identityId, stillValid } = res.locals;
    const stream = beginStream(res, () => liveFeed.leave(stream));
    liveFeed.listen(stream, { topic, role: principal.role, identityId, stillValid });
  });

  return router;
}
