import { until } from "@ringfence/testkit";
import { useApi } from "../testing/test-api.ts";

const api = useApi();

const scrape = async () => (await api.request("GET", "/metrics", { key: null })).text;

test("health, readiness and metrics need no key", async () => {
  expect(await api.request("GET", "/healthz", { key: null })).toMatchObject({ status: 200, body: { status: "ok" } });
  expect(await api.request("GET", "/readyz", { key: null })).toMatchObject({
    status: 200,
    body: { status: "ready", postgres: "ok", redis: "ok", held: null },
  });
  expect(await api.request("GET", "/metrics", { key: null })).toMatchObject({
    status: 200,
    type: expect.stringMatching(/^text\/plain; version=0\.0\.4/),
  });
});

test("the gauges show lines, jobs and services as they are now", async () => {
  const { id } = await api.launch(await api.campaign(4));
  await until("the jobs are on the queue", async () => (await api.queue.counts()).waiting === 4);
  const [live] = await api.callIds(id);
  await api.live(live!);
  const text = await scrape();
  for (const line of [
    'ringfence_up{service="postgres"} 1',
    'ringfence_up{service="redis"} 1',
    'ringfence_lines{kind="limit"} 5',
    'ringfence_lines{kind="in_use"} 1',
    'ringfence_lines{kind="waiting"} 3',
    "ringfence_held 0",
    'ringfence_jobs{state="waiting"} 4',
    'ringfence_jobs{state="active"} 0',
  ]) {
    expect(text.split("\n")).toContain(line);
  }
  await api.request("POST", `/v1/batches/${id}/cancel`);
  expect(await scrape()).toContain('ringfence_lines{kind="waiting"} 0');
  expect(await scrape()).toContain('ringfence_calls_cancelled_total{kind="stop"} 3');
});

test("the gauges show what the steps of the sweep cost and put right", async () => {
  await api.db.sweeps.noteSteps([{ step: "stops left half-way", durationMs: 1_500, repairs: 2 }]);
  await api.db.sweeps.noteSteps([{ step: "stops left half-way", durationMs: 250, repairs: 3 }]);
  const text = await scrape();
  expect(text).toContain('ringfence_sweep_seconds{step="stops left half-way"} 0.25');
  expect(text).toContain('ringfence_sweep_repaired{step="stops left half-way"} 5');
  expect(text).toMatch(/ringfence_sweep_age_seconds\{step="stops left half-way"\} \d/);
});

test("readiness reports a hold and stays ready", async () => {
  await api.hold("Retell asks for payment (402)");
  expect(await api.request("GET", "/readyz")).toMatchObject({
    status: 200,
    body: { status: "ready", held: { reason: "Retell asks for payment (402)", since: expect.any(String) } },
  });
  expect(await scrape()).toContain("ringfence_held 1");
  await api.db.lines.resume();
  expect(await scrape()).toContain("ringfence_held 0");
});

test("no number and no key is in the metrics", async () => {
  const text = await scrape();
  expect(text).not.toMatch(/\+\d{7,}/);
  expect(text).not.toContain("admin-key");
});
