import { useApi } from "../testing/test-api.ts";

const api = useApi({ each: true });

const nextDialInMs = async () => {
  const [row] = await api.sql<{ ms: number }>(
    "SELECT (extract(epoch FROM next_dial_at - clock_timestamp()) * 1000)::float8 AS ms FROM lines",
  );
  return row!.ms;
};
const closeThePace = () => api.sql("UPDATE lines SET next_dial_at = clock_timestamp() + interval '1 hour'");

test("the lines show limit, pace, lines in use and waiting calls", async () => {
  const { id } = await api.launch(await api.campaign(4));
  const [live] = await api.callIds(id);
  await api.live(live!);
  expect(await api.request("GET", "/v1/lines", { key: "viewer" })).toMatchObject({ status: 200 });
  expect((await api.request("GET", "/v1/lines")).body).toEqual({
    limit: 5,
    calls_per_second: 0,
    in_use: 1,
    waiting: 3,
    held: null,
    next_dial_at: expect.any(String),
    workers: 0,
    blocked_by: "no_worker",
    simulated: true,
  });
  await api.request("POST", `/v1/batches/${id}/cancel`);
  expect((await api.request("GET", "/v1/lines")).body).toMatchObject({ in_use: 1, waiting: 0 });
});

test("PUT changes the named fields", async () => {
  const raised = await api.request("PUT", "/v1/lines", { body: { limit: 12 } });
  expect(raised).toMatchObject({
    status: 200,
    body: { limit: 12, calls_per_second: 0, in_use: 0, waiting: 0, held: null },
  });
  expect((await api.request("PUT", "/v1/lines", { body: { calls_per_second: 0.5 } })).body).toMatchObject({
    limit: 12,
    calls_per_second: 0.5,
  });
  expect((await api.request("PUT", "/v1/lines", { body: { limit: 1, calls_per_second: 0 } })).body).toMatchObject({
    limit: 1,
    calls_per_second: 0,
  });
});

test("raising limit or pace lets the next dial start as soon as the pace allows, lowering does not", async () => {
  await api.request("PUT", "/v1/lines", { body: { calls_per_second: 2 } });
  await closeThePace();
  await api.request("PUT", "/v1/lines", { body: { calls_per_second: 1 } });
  expect(await nextDialInMs()).toBeGreaterThan(3_000_000);
  await api.request("PUT", "/v1/lines", { body: { limit: 4 } });
  expect(await nextDialInMs()).toBeGreaterThan(3_000_000);
  await api.request("PUT", "/v1/lines", { body: { limit: 6 } });
  expect(await nextDialInMs()).toBeLessThanOrEqual(0);
  await closeThePace();
  await api.request("PUT", "/v1/lines", { body: { calls_per_second: 3 } });
  expect(await nextDialInMs()).toBeLessThanOrEqual(0);
});

test("a limit below the calls in progress ends none of them and lets no new one begin", async () => {
  const { id } = await api.launch(await api.campaign(4));
  const [one, two, three] = (await api.callIds(id)) as [string, string, string];
  await api.live(one);
  await api.live(two);
  expect((await api.request("PUT", "/v1/lines", { body: { limit: 1 } })).body).toMatchObject({
    limit: 1,
    in_use: 2,
    waiting: 2,
  });
  expect(await api.ask(three)).toMatchObject({ kind: "waits", reason: "lines_full" });
});

test("a hold is shown with its reason, and resume lifts it, whatever held the queue back", async () => {
  await api.hold("Retell refused the key (401): check RETELL_API_KEY");
  await closeThePace();
  await api.queue.queue.pause();
  const { body } = await api.request("GET", "/v1/lines");
  expect(body.held).toEqual({
    reason: "Retell refused the key (401): check RETELL_API_KEY",
    since: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  const resumed = await api.request("POST", "/v1/lines/resume");
  expect(resumed).toMatchObject({ status: 200, body: { limit: 5, held: null } });
  expect(Object.keys(resumed.body).sort()).toEqual([
    "blocked_by",
    "calls_per_second",
    "held",
    "in_use",
    "limit",
    "next_dial_at",
    "simulated",
    "waiting",
    "workers",
  ]);
  expect(await nextDialInMs()).toBeLessThanOrEqual(0);
  expect(await api.queue.isPaused()).toBe(false);
  expect(await api.request("POST", "/v1/lines/resume", { body: {} })).toMatchObject({
    status: 200,
    body: { held: null },
  });
});

test("a resume also ends the wait after Retell's 429s", async () => {
  await closeThePace();
  await api.sql("UPDATE lines SET slow_step = 3, slowed_at = clock_timestamp()");
  await api.request("POST", "/v1/lines/resume");
  expect(await nextDialInMs()).toBeLessThanOrEqual(0);
});
