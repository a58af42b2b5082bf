import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Reporter } from "@ringfence/cli/reporters";
import type { Schemas } from "@ringfence/client";
import { watchCampaign } from "./watch-campaign.ts";

type Batch = Schemas["Batch"];

const LINES: Schemas["Lines"] = {
  limit: 5,
  calls_per_second: 0,
  in_use: 1,
  waiting: 0,
  held: null,
  next_dial_at: "2026-01-01T00:00:00.000Z",
  workers: 1,
  blocked_by: null,
  simulated: true,
};
const batch = (id: string, completed_at: string | null) =>
  ({ id, total_candidates: 1, created_at: "2026-01-01T00:00:00.000Z", completed_at, status: "in_progress" }) as Batch;
const OVER = "2026-01-01T00:00:09.000Z";

/** An API whose batches, newest first, the test sets; `fail` answers the next requests with 503, and `onRead` runs after a batch was read. */
function startApi() {
  const state = { batches: [] as Batch[], fail: 0, onRead: (_id: string): void => undefined };
  const server: Server = createServer((req, res) => {
    const path = new URL(req.url!, "http://x").pathname;
    const one = state.batches.find(({ id }) => path.endsWith(`/batches/${id}`));
    if (state.fail > 0) state.fail -= 1;
    const answer = path === "/v1/lines" ? LINES : (one ?? { items: state.batches, next_cursor: null });
    res.writeHead(state.fail > 0 ? 503 : 200).end(JSON.stringify(answer));
    if (one) state.onRead(one.id);
  });
  return new Promise<{ state: typeof state; url: string; server: Server }>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve({ state, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    });
  });
}

test("each batch is shown until its last call has ended, oldest first, although single polls fail, and then later batches", async () => {
  const { state, url, server } = await startApi();
  const seen: string[] = [];
  const nothing = () => undefined;
  const reporter: Reporter = {
    look: nothing,
    away: nothing,
    back: nothing,
    end: nothing,
    settle: nothing,
    leave: nothing,
  };
  state.batches = [batch("second", null), batch("first", OVER)];
  state.fail = 3;
  const watching = watchCampaign(
    { url, key: "key" },
    {
      campaignId: "campaign",
      reporter,
      signal: new AbortController().signal,
      onEnd: async (id) => {
        seen.push(id);
        if (id === "first") {
          state.onRead = (read) => {
            if (read === "second") state.batches = [batch("second", OVER), batch("first", OVER)];
          };
        }
        if (id === "second") state.onRead = nothing;
        if (id === "second") state.batches = [batch("third", OVER), ...state.batches];
        if (id === "third") throw new Error("seen enough");
      },
    },
  );
  await expect(watching).rejects.toThrow("seen enough");
  expect(seen).toEqual(["first", "second", "third"]);
  server.closeAllConnections();
  server.close();
});
