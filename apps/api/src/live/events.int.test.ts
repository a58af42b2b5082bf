import { until } from "@ringfence/testkit";
import { createApi, KEYS, serveApi, type TestApi, UNKNOWN_ID } from "../testing/test-api.ts";

/** What the feed promises at most for one batch, of these together. */
const MOST_A_SECOND = 4;
const OF_A_BATCH = ["batch", "call", "campaign", "reasons"];
/** Between two looks of the feed are 700 ms. */
const LONGER_THAN_A_LOOK_MS = 900;

interface Heard {
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events whose shapes they assert
  data: any;
  at: number;
}

let api: TestApi;
beforeAll(async () => {
  api = await createApi();
});
afterAll(() => api.close());

/** Listens as a browser would; `over` resolves when the server has ended the stream. */
async function listen(query = "", key: string = KEYS.operator, url = api.url) {
  const leave = new AbortController();
  const response = await fetch(`${url}/v1/events${query}`, {
    headers: { authorization: `Bearer ${key}` },
    signal: leave.signal,
  });
  const heard: Heard[] = [];
  let text = "";
  const read = async () => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const blocks = text.split("\n\n");
      text = blocks.pop()!;
      for (const block of blocks) {
        const [, name] = /^event: (.*)$/m.exec(block) ?? [];
        const [, data] = /^data: (.*)$/m.exec(block) ?? [];
        if (name && data) heard.push({ name, data: JSON.parse(data), at: performance.now() });
      }
    }
  };
  const over = read().catch(() => undefined);
  return {
    response,
    heard,
    over,
    leave: () => leave.abort(),
    last: (name: string) => heard.findLast((event) => event.name === name)?.data,
    calls: () => heard.filter(({ name }) => name === "call").flatMap(({ data }) => data.calls as { id: string }[]),
  };
}

async function launched(candidates: number, from: number) {
  const campaign = await api.campaign(candidates, from);
  const { id: batch } = await api.launch(campaign);
  return { campaign, batch, calls: await api.callIds(batch) };
}

test("a new listener is told how things are; then of each change; and always of the end", async () => {
  const { batch, calls } = await launched(3, 0);
  await api.live(calls[0]!);
  const stream = await listen(`?batch_id=${batch}`);
  expect(stream.response.headers.get("content-type")).toMatch(/^text\/event-stream\b/);
  expect(stream.response.headers.get("cache-control")).toBe("no-cache, no-transform");
  expect(stream.response.headers.get("x-accel-buffering")).toBe("no");
  await until("the state is told", () => stream.last("batch") && stream.last("lines") && stream.last("call"));
  expect(stream.last("batch")).toEqual((await api.request("GET", `/v1/batches/${batch}`)).body);
  expect(stream.last("lines")).toEqual((await api.request("GET", "/v1/lines")).body);
  expect(stream.last("call")).toEqual({
    batch_id: batch,
    calls: [(await api.request("GET", `/v1/calls/${calls[0]}`)).body],
  });

  await api.sql("UPDATE retell_calls SET call_status = 'completed', ended_at = now() WHERE id = $1", [calls[0]]);
  await until("its end is told", () =>
    stream
      .calls()
      .some((call) => call.id === calls[0] && "completed" === (call as { call_status?: string }).call_status),
  );
  await api.request("POST", `/v1/batches/${batch}/cancel`);
  const final = await until("the end is told", () =>
    stream.last("batch")?.completed_at ? stream.last("batch") : null,
  );
  expect(final).toEqual((await api.request("GET", `/v1/batches/${batch}`)).body);
  expect(final).toMatchObject({ status: "cancelled", completed_calls: 1, cancelled_calls: 2 });
  stream.leave();
});

test("however fast a batch changes, four events a second at most, and the last state is among them", async () => {
  const { batch, calls } = await launched(200, 1_000);
  const stream = await listen(`?batch_id=${batch}`);
  await until("the state is told", () => stream.last("batch"));
  await api.db.lines.change({ limit: 1_000, calls_per_second: 0 });
  for (const id of calls) {
    await api.live(id);
    await api.sql("UPDATE retell_calls SET call_status = 'completed', ended_at = now() WHERE id = $1", [id]);
  }
  await until("the end is told", () => stream.last("batch").completed_calls === calls.length);
  const told = stream.heard.filter(({ name }) => OF_A_BATCH.includes(name));
  const seconds = (told.at(-1)!.at - told[0]!.at) / 1_000;
  expect(told.length - OF_A_BATCH.length).toBeLessThanOrEqual(MOST_A_SECOND * seconds);
  stream.leave();
});

test("a campaign's listener hears of its batches alone, one of all of every batch; viewers see numbers masked", async () => {
  const [mine, other] = [await launched(1, 2_000), await launched(1, 2_100)];
  await api.live(mine.calls[0]!);
  const streams = {
    campaign: await listen(`?campaign_id=${mine.campaign}`),
    all: await listen(),
    viewer: await listen(`?batch_id=${mine.batch}`, KEYS.viewer),
  };
  const batchesOf = ({ heard }: { heard: Heard[] }) =>
    new Set(heard.filter(({ name }) => name === "batch").map(({ data }) => data.id));
  await until("all have heard", () => batchesOf(streams.all).has(other.batch) && streams.viewer.last("call"));
  await until("the campaign's has heard", () => batchesOf(streams.campaign).size > 0);
  expect([...batchesOf(streams.campaign)]).toEqual([mine.batch]);
  expect(batchesOf(streams.all).has(mine.batch)).toBe(true);
  expect(streams.all.last("call")).toBeUndefined();
  expect(streams.viewer.last("call").calls[0].phone_number).toBe("+1•••••3000");
  expect(JSON.stringify(streams.viewer.heard)).not.toMatch(/\+\d{7}/);
  for (const stream of Object.values(streams)) stream.leave();
});

test("the campaign's figures and the reasons are told too, counted once for all who listen", async () => {
  const { campaign, batch, calls } = await launched(3, 4_000);
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
  const streams = await Promise.all(topics.map((topic) => listen(topic, KEYS.operator, url)));
  const viewer = await listen(`?batch_id=${batch}`, KEYS.viewer, url);
  await until("all know the campaign", () => streams.every((stream) => stream.last("campaign")));
  for (const [n, id] of calls.slice(0, 2).entries()) {
    await api.live(id);
    await api.sql(
      "UPDATE retell_calls SET call_status = 'failed', ended_at = now(), error_message = $2 WHERE id = $1",
      [id, `no +1415555${n}9990 here`],
    );
  }
  await until("all know the end", () =>
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

test("a call that ended between two looks is not missed: the list is to be asked for anew", async () => {
  const { batch, calls } = await launched(2, 6_000);
  const stream = await listen(`?batch_id=${batch}`);
  await until("the state is told", () => stream.last("batch"));
  // Claimed and refused in one moment.
  const client = await api.connect();
  await client.query("BEGIN");
  await client.query("UPDATE retell_calls SET call_status = 'in_progress', claimed_at = now() WHERE id = $1", [
    calls[0],
  ]);
  await client.query("UPDATE retell_calls SET call_status = 'failed', ended_at = now() WHERE id = $1", [calls[0]]);
  await client.query("COMMIT");
  client.release();
  await until("it is told that others ended", () => stream.last("call")?.others === true);
  expect(stream.last("call")).toEqual({ batch_id: batch, calls: [], others: true });
  stream.leave();
});

test("whoever leaves before the stream begins is not listened for", async () => {
  const { batch } = await launched(1, 7_000);
  const { lists, live } = api.db;
  let asked = 0;
  let answer = () => {};
  const mayAnswer = new Promise<void>((resolve) => (answer = resolve));
  let arrived = false;
  const slow = {
    lists: {
      ...lists,
      batch: async (id: string) => {
        arrived = true;
        await mayAnswer;
        return await lists.batch(id);
      },
    },
    live: {
      ...live,
      batches: (watched: Parameters<typeof live.batches>[0]) => {
        asked++;
        return live.batches(watched);
      },
    },
  };
  const { url, connections } = await serveApi(api.bed, { db: { ...api.db, ...slow } });
  const leave = new AbortController();
  const asking = fetch(`${url}/v1/events?batch_id=${batch}`, {
    headers: { authorization: `Bearer ${KEYS.operator}` },
    signal: leave.signal,
  });
  await until("the request is there", () => arrived);
  leave.abort();
  await expect(asking).rejects.toThrow();
  await until("the connection is closed", async () => (await connections()) === 0);
  answer();
  await fetch(`${url}/v1/lines`, { headers: { authorization: `Bearer ${KEYS.operator}` } });
  expect(asked).toBe(0);
});

test("figures that could not be counted are counted again", async () => {
  const { batch } = await launched(1, 5_000);
  const { campaigns } = api.db;
  let failures = 0;
  const failing: typeof campaigns = {
    ...campaigns,
    byIds: (ids) => (failures++ === 0 ? Promise.reject(new Error("away")) : campaigns.byIds(ids)),
  };
  const served = await serveApi(api.bed, { db: { ...api.db, campaigns: failing } });
  const stream = await listen(`?batch_id=${batch}`, KEYS.operator, served.url);
  await until("the campaign is told", () => stream.last("campaign"));
  expect(served.logged).toMatchObject([{ level: "warn" }]);
  stream.leave();
});

test("whatever somebody does is told of", async () => {
  const stream = await listen();
  const known = await until("the newest act is told", () => stream.last("audit"));
  expect((await api.request("GET", "/v1/audit?limit=1")).body.items[0]?.id ?? null).toBe(known.newest);
  await api.request("PATCH", `/v1/campaigns/${await api.campaign(0)}`, { body: { name: "Renamed" } });
  const { id } = (await api.request("GET", "/v1/audit?limit=1")).body.items[0];
  await until("it is told", () => stream.last("audit").newest === id);
  stream.leave();
});

test("unknown things are 404 and wrong questions 400, before anything streams", async () => {
  for (const query of [`?batch_id=${UNKNOWN_ID}`, `?campaign_id=${UNKNOWN_ID}`]) {
    expect(await api.request("GET", `/v1/events${query}`)).toMatchObject({ status: 404, body: { code: "not_found" } });
  }
  for (const query of ["?batch=1", `?batch_id=${UNKNOWN_ID}&campaign_id=${UNKNOWN_ID}`]) {
    expect(await api.request("GET", `/v1/events${query}`)).toMatchObject({ status: 400 });
  }
  expect(await api.request("GET", "/v1/events", { key: null })).toMatchObject({ status: 401 });
  expect(await api.request("HEAD", "/v1/events")).toMatchObject({ status: 200, text: "" });
});

test("the stream ends with its key, and with the session that is signed out", async () => {
  const { body } = await api.request("POST", "/v1/keys", { body: { name: "Short", role: "viewer" } });
  const byKey = await listen("", body.key);
  const other = await listen();
  await until("it is told", () => byKey.last("lines") && other.last("lines"));
  await api.request("DELETE", `/v1/keys/${body.id}`);
  await byKey.over;
  expect(await api.request("GET", "/v1/lines")).toMatchObject({ status: 200 });
  await api.db.lines.change({ limit: 77 });
  await until("the other goes on", () => other.last("lines").limit === 77);
  other.leave();
  // Another process deletes one.
  const elsewhere = await listen("", await api.storedKey("viewer"));
  await until("it is told", () => elsewhere.last("lines"));
  await api.sql("DELETE FROM api_keys WHERE name = 'stored viewer'");
  await elsewhere.over;
});

test("without listeners nothing is asked; when PostgreSQL does not answer, streams end", async () => {
  let asked = 0;
  let away = false;
  const { live } = api.db;
  const counting: typeof live = {
    ...live,
    batches: (watched) => {
      asked++;
      return away ? Promise.reject(new Error("away")) : live.batches(watched);
    },
  };
  const served = await serveApi(api.bed, { db: { ...api.db, live: counting } });
  expect(asked).toBe(0);
  const stream = await listen("", KEYS.operator, served.url);
  await until("it looks again and again", () => asked >= 3);
  stream.leave();
  await stream.over;
  const quiet = await until("it looks no more", async () => {
    const before = asked;
    await new Promise((resolve) => setTimeout(resolve, LONGER_THAN_A_LOOK_MS));
    return before === asked ? before : 0;
  });
  const again = await listen("", KEYS.operator, served.url);
  await until("it looks again", () => asked > quiet);
  away = true;
  await again.over;
  expect(served.logged.at(-1)).toMatchObject({ level: "warn" });
});
