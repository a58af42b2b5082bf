import { EventsQuery, notFound } from "@ringfence/domain";
import { found } from "../http/found.ts";
import { ANSWERED, operation } from "../http/operation.ts";
import { beginStream } from "../live/event-stream.ts";

/** Changes of batches, calls and lines as they happen. */
export const eventOperations = [
  operation({
    method: "get",
    path: "/events",
    id: "streamEvents",
    tag: "Live",
    summary: "Stream changes as they happen",
    description:
      "Server-sent events. `batch`: a batch; `call`: `{batch_id, calls}`, of the batch that is watched; `campaign`: " +
      "`{campaign, age_ms}`; `reasons`: `{items, age_ms}`; `lines`: the lines; `audit`: `{newest}`; `ping`, at least every " +
      "15 seconds. The stream begins with the current state, then sends each change, at most four events a second for a batch; the last " +
      "state is always sent. Without a query it covers every batch that still has an unfinished call.",
    needs: "viewer",
    query: EventsQuery,
    answer: { status: 200, description: "A stream that does not end", events: "Events with JSON as their data" },
    problems: ["not_found"],
    handle: async ({ query, caller, role, req, res }, { db, liveFeed }) => {
      if (query.batch_id) found(await db.lists.batch(query.batch_id), "batch");
      if (query.campaign_id && !(await db.campaigns.exists(query.campaign_id))) throw notFound("campaign");
      // Express routes HEAD here too; its answer has no body.
      if (req.method === "HEAD") res.type("text/event-stream").end();
      if (res.closed || res.headersSent) return ANSWERED; // a client that left meanwhile would never be removed again
      const stream = beginStream(res, () => liveFeed.leave(stream));
      liveFeed.listen(stream, { topic: query, role, identityId: caller.identityId, stillValid: caller.stillValid });
      return ANSWERED;
    },
  }),
];
