import { until } from "@ringfence/testkit";
import { type Heard, launched, listen } from "../testing/listen.ts";
import { KEYS } from "../testing/send-request.ts";
import { serveApi } from "../testing/serve-api.ts";
import { useApi } from "../testing/test-api.ts";

/** The most events of these kinds together that the feed promises for one batch. */
const MOST_A_SECOND = 4;
const OF_A_BATCH = ["batch", "call", "campaign", "reasons"];

const api = useApi();

test("a new listener gets the current state, then each change, and always the end", async () => {
  const { batch, calls } = await launched(api, 3, 0);
  await api.live(calls[0]!);
  const stream = await listen(api.url, `?batch_id=${batch}`);
  expect(stream.response.headers.get("content-type")).toMatch(/^text\/event-stream\b/);
  expect(stream.response.headers.get("cache-control")).toBe("no-cache, no-transform");
  expect(stream.response.headers.get("x-accel-buffering")).toBe("no");
  await until("the state has arrived", () => stream.last("batch") && stream.last("lines") && stream.last("call"));
  expect(stream.last("batch")).toEqual((await api.request("GET", `/v1/batches/${batch}`)).body);
  expect(stream.last("lines")).toEqual((await api.request("GET", "/v1/lines")).body);
  expect(stream.last("call")).toEqual({
    batch_id: batch,
    calls: [(await api.request("GET", `/v1/calls/${calls[0]}`)).body],
  });

  await api.sql("UPDATE retell_calls SET call_status = 'completed', ended_at = now() WHERE id = $1", [calls[0]]);
  await until("its end has arrived", () =>
    stream
      .calls()
      .some((call) => call.id === calls[0] && "completed" === (call as { call_status?: string }).call_status),
  );
  await api.request("POST", `/v1/batches/${batch}/cancel`);
  const final = await until("the end has arrived", () =>
    stream.last("batch")?.completed_at ? stream.last("batch") : null,
  );
  expect(final).toEqual((await api.request("GET", `/v1/batches/${batch}`)).body);
  expect(final).toMatchObject({ status: "cancelled", completed_calls: 1, cancelled_calls: 2 });
  stream.leave();
});

test("a fast-changing batch sends four events a second at most, and the last state is among them", async () => {
  const { batch, calls } = await launched(api, 200, 1_000);
  const stream = await listen(api.url, `?batch_id=${batch}`);
  await until("the state has arrived", () => stream.last("batch"));
  await api.db.lines.change({ limit: 1_000, calls_per_second: 0 });
  for (const id of calls) {
    await api.live(id);
    await api.sql("UPDATE retell_calls SET call_status = 'completed', ended_at = now() WHERE id = $1", [id]);
  }
  await until("the end has arrived", () => stream.last("batch").completed_calls === calls.length);
  const told = stream.heard.filter(({ name }) => OF_A_BATCH.includes(name));
  const seconds = (told.at(-1)!.at - told[0]!.at) / 1_000;
  expect(told.length - OF_A_BATCH.length).toBeLessThanOrEqual(MOST_A_SECOND * seconds);
  stream.leave();
});

test("a campaign's listener gets only its batches, a listener without a query every batch; viewers see numbers masked", async () => {
  const [mine, other] = [await launched(api, 1, 2_000), await launched(api, 1, 2_100)];
  await api.live(mine.calls[0]!);
  const streams = {
    campaign: await listen(api.url, `?campaign_id=${mine.campaign}`),
    all: await listen(api.url),
    viewer: await listen(api.url, `?batch_id=${mine.batch}`, KEYS.viewer),
  };
  const batchesOf = ({ heard }: { heard: Heard[] }) =>
    new Set(heard.filter(({ name }) => name === "batch").map(({ data }) => data.id));
  await until("all streams have events", () => batchesOf(streams.all).has(other.batch) && streams.viewer.last("call"));
  await until("the campaign's stream has events", () => batchesOf(streams.campaign).size > 0);
  expect([...batchesOf(streams.campaign)]).toEqual([mine.batch]);
  expect(batchesOf(streams.all).has(mine.batch)).toBe(true);
  expect(streams.all.last("call")).toBeUndefined();
  expect(streams.viewer.last("call").calls[0].phone_number).toBe("+1•••••3000");
  expect(JSON.stringify(streams.viewer.heard)).not.toMatch(/\+\d{7}/);
  for (const stream of Object.values(streams)) stream.leave();
});

test("the campaign's figures and the reasons are sent too, counted once for all listeners", async () => {
  const { campaign, batch, calls } = await launched(api, 3, 4_000);
  let counts = 0;
  const { campaigns } = api.db;
  const counting: typeof campaigns = {
    ...campaigns,
    byIds: (ids) => {
      counts++;
      return campaigns.byIds(ids);
    },
  };
  const { url } = await serveApi(api.bed, { db: { ...api.db, campaigns: counting } });
  const topics = [`?batch_id=${batch}`, `?campaign_id=${campaign}`, `?batch_id=${batch}`];
  const streams = await Promise.all(topics.map((topic) => listen(url, topic)));
  const viewer = await listen(url, `?batch_id=${batch}`, KEYS.viewer);
  await until("all streams have the campaign", () => streams.every((stream) => stream.last("campaign")));
  for (const [n, id] of calls.slice(0, 2).entries()) {
    await api.live(id);
    await api.sql(
      "UPDATE retell_calls SET call_status = 'failed', ended_at = now(), error_message = $2 WHERE id = $1",
      [id, `no +1415555${n}9990 here`],
    );
  }
  await until("all streams have the end", () =>
    [...streams, viewer].every(
      (stream) =>
        stream.last("campaign")?.campaign.failed_calls === 2 &&
        stream.last("reasons")?.items.length === (stream === viewer ? 1 : 2),
    ),
  );
  for (const stream of streams) {
    expect(stream.last("campaign").campaign).toEqual((await api.request("GET", `/v1/campaigns/${campaign}`)).body);
    expect(stream.last("campaign").age_ms).toBeGreaterThan(0);
  }
  const { items } = (await api.request("GET", `/v1/batches/${batch}/reasons`)).body;
  expect(streams[0]!.last("reasons")).toMatchObject({ batch_id: batch, items });
  expect(streams[1]!.last("reasons")).toMatchObject({ campaign_id: campaign, items });
  expect(viewer.last("reasons").items).toMatchObject([{ reason: "no +1•••••9990 here", calls: 2 }]);
  const told = [...streams, viewer].flatMap((stream) => stream.heard.filter(({ name }) => name === "campaign"));
  expect(told.length).toBeGreaterThan(counts);
  for (const stream of [...streams, viewer]) stream.leave();
});

test("a call that ended between two polls is not missed: the client is told to reload the list", async () => {
  const { batch, calls } = await launched(api, 2, 6_000);
  const stream = await listen(api.url, `?batch_id=${batch}`);
  await until("the state has arrived", () => stream.last("batch"));
  // Claimed and refused in one moment.
  const client = await api.connect();
  await client.query("BEGIN");
  await client.query("UPDATE retell_calls SET call_status = 'in_progress', claimed_at = now() WHERE id = $1", [
    calls[0],
  ]);
  await client.query("UPDATE retell_calls SET call_status = 'failed', ended_at = now() WHERE id = $1", [calls[0]]);
  await client.query("COMMIT");
  client.release();
  await until("the event that others ended has arrived", () => stream.last("call")?.others === true);
  expect(stream.last("call")).toEqual({ batch_id: batch, calls: [], others: true });
  stream.leave();
});

test("figures whose count failed are counted again", async () => {
  const { batch } = await launched(api, 1, 5_000);
  const { campaigns } = api.db;
  let failures = 0;
  const failing: typeof campaigns = {
    ...campaigns,
    byIds: (ids) => (failures++ === 0 ? Promise.reject(new Error("away")) : campaigns.byIds(ids)),
  };
  const served = await serveApi(api.bed, { db: { ...api.db, campaigns: failing } });
  const stream = await listen(served.url, `?batch_id=${batch}`);
  await until("the campaign has arrived", () => stream.last("campaign"));
  expect(served.logged).toMatchObject([{ level: "warn" }]);
  stream.leave();
});

test("every audited act is announced", async () => {
  const stream = await listen(api.url);
  const known = await until("the newest act has arrived", () => stream.last("audit"));
  expect((await api.request("GET", "/v1/audit?limit=1")).body.items[0]?.id ?? null).toBe(known.newest);
  await api.request("PATCH", `/v1/campaigns/${await api.campaign(0)}`, { body: { name: "Renamed" } });
  const { id } = (await api.request("GET", "/v1/audit?limit=1")).body.items[0];
  await until("the new act has arrived", () => stream.last("audit").newest === id);
  stream.leave();
});
