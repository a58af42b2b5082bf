import { until } from "@ringfence/testkit";
import { launched, listen } from "../testing/listen.ts";
import { KEYS } from "../testing/send-request.ts";
import { serveApi } from "../testing/serve-api.ts";
import { UNKNOWN_ID, useApi } from "../testing/test-api.ts";

/** The feed polls every 700 ms. */
const LONGER_THAN_A_LOOK_MS = 900;

const api = useApi();

test("a client that leaves before the stream begins leaves no listener", async () => {
  const { batch } = await launched(api, 1, 7_000);
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

test("an unknown id is 404 and a wrong query 400, before anything streams", async () => {
  for (const query of [`?batch_id=${UNKNOWN_ID}`, `?campaign_id=${UNKNOWN_ID}`]) {
    expect(await api.request("GET", `/v1/events${query}`)).toMatchObject({ status: 404, body: { code: "not_found" } });
  }
  for (const query of ["?batch=1", `?batch_id=${UNKNOWN_ID}&campaign_id=${UNKNOWN_ID}`]) {
    expect(await api.request("GET", `/v1/events${query}`)).toMatchObject({ status: 400 });
  }
  expect(await api.request("GET", "/v1/events", { key: null })).toMatchObject({ status: 401 });
  expect(await api.request("HEAD", "/v1/events")).toMatchObject({ status: 200, text: "" });
});

test("a stream ends with its key, and with the session that is signed out", async () => {
  const { body } = await api.request("POST", "/v1/keys", { body: { name: "Short", role: "viewer" } });
  const byKey = await listen(api.url, "", body.key);
  const other = await listen(api.url);
  await until("the state has arrived", () => byKey.last("lines") && other.last("lines"));
  await api.request("DELETE", `/v1/keys/${body.id}`);
  await byKey.over;
  expect(await api.request("GET", "/v1/lines")).toMatchObject({ status: 200 });
  await api.db.lines.change({ limit: 77 });
  await until("the other stream goes on", () => other.last("lines").limit === 77);
  other.leave();
  // Another process deletes a key.
  const elsewhere = await listen(api.url, "", await api.storedKey("viewer"));
  await until("the state has arrived", () => elsewhere.last("lines"));
  await api.sql("DELETE FROM api_keys WHERE name = 'stored viewer'");
  await elsewhere.over;
});

test("without listeners the feed does not query; when PostgreSQL does not answer, streams end", async () => {
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
  const stream = await listen(served.url);
  await until("the feed polls repeatedly", () => asked >= 3);
  stream.leave();
  await stream.over;
  const quiet = await until("the feed has stopped polling", async () => {
    const before = asked;
    await new Promise((resolve) => setTimeout(resolve, LONGER_THAN_A_LOOK_MS));
    return before === asked ? before : 0;
  });
  const again = await listen(served.url);
  await until("the feed polls again", () => asked > quiet);
  away = true;
  await again.over;
  expect(served.logged.at(-1)).toMatchObject({ level: "warn" });
});
