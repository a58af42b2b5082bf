import { done, type Processor } from "@ringfence/domain";
import { startCallWorker } from "@ringfence/queue";
import { until } from "@ringfence/testkit";
import type { KEYS, RequestOptions } from "../testing/send-request.ts";
import { useApi } from "../testing/test-api.ts";

const api = useApi({ each: true });
let settled: string;
let cancelled: string;
let pending: string;
beforeEach(async () => {
  const { id } = await api.launch(await api.campaign(3), {});
  const calls = (await api.callIds(id)) as [string, string, string];
  [settled, cancelled] = calls;
  await api.live(settled);
  await api.sql(
    "UPDATE retell_calls SET call_status = 'completed', disconnection_reason = 'user_hangup' WHERE id = $1",
    [settled],
  );
  await api.request("POST", `/v1/batches/${id}/cancel`);
  pending = (await api.callIds((await api.launch(await api.campaign(1, 10))).id))[0]!;
  await until("only the pending call's job is queued", async () => {
    await api.queue.remove([settled]);
    return String(await api.queue.waitingIds(0, -1)) === pending;
  });
});

const asRole = (role: keyof typeof KEYS, method: string, path: string, body?: unknown) => {
  const options: RequestOptions = { key: role, ...(body !== undefined && { body }) };
  return api.request(method, path, options);
};
const asAdmin = (method: string, path: string, body?: unknown) =>
  asRole("admin", method, `/queues/api/queues${path}`, body);

/** Every write that the board's pages can make, with a valid body. */
const WRITES: [method: string, path: string, body?: object][] = [
  ["PUT", "/pause"],
  ["PUT", "/resume"],
  ["POST", "/calls/add", { name: "call.run", data: {}, options: {} }],
  ["PUT", "/calls/retry/failed"],
  ["PUT", "/calls/promote"],
  ["PUT", "/calls/clean/failed"],
  ["PUT", "/calls/pause"],
  ["PUT", "/calls/resume"],
  ["PUT", "/calls/concurrency", { concurrency: 99 }],
  ["PUT", "/calls/rate-limit", { max: 1, duration: 100_000 }],
  ["PUT", "/calls/rate-limit/release"],
  ["PUT", "/calls/empty"],
  ["PUT", "/calls/obliterate", { force: true }],
  ["PUT", "/calls/:id/retry"],
  ["PUT", "/calls/:id/clean"],
  ["PUT", "/calls/:id/promote"],
  ["PATCH", "/calls/:id/update-data", { jobData: { callId: "x" } }],
  ["PATCH", "/calls/:id/priority", { priority: 7 }],
  ["PATCH", "/calls/:id/delay", { runAt: 0 }],
];
/** All of the queue that a write could change. */
const queueState = async () => {
  const { queue } = api.queue;
  const job = await queue.getJob(pending);
  return {
    counts: await queue.getJobCounts(),
    paused: await queue.isPaused(),
    concurrency: await queue.getGlobalConcurrency(),
    rateLimit: await queue.getGlobalRateLimit(),
    job: job && { data: job.data, priority: job.priority, delay: job.delay },
  };
};

const BOARD_PATHS = ["/queues", "/queues/", "/queues/api/queues", "/queues/static/js/main.js", "/QUEUES/api/queues"];

test("without a valid key a program is refused and a person is redirected to the sign-in", async () => {
  for (const path of BOARD_PATHS) {
    for (const authorization of [undefined, "Bearer wrong", "Basic YTphZG1pbi1rZXk=", "Bearer"]) {
      const headers = authorization === undefined ? {} : { authorization };
      const program = await api.request("GET", path, { key: null, headers });
      expect({ path, authorization, status: program.status }).toEqual({ path, authorization, status: 401 });
      const person = await api.request("GET", path, {
        key: null,
        headers: { ...headers, accept: "text/html,*/*;q=0.8" },
      });
      expect({ path, status: person.status, to: person.headers.get("location") }).toEqual({
        path,
        status: 302,
        to: `/login?next=${encodeURIComponent(path)}`,
      });
    }
  }
  expect(await api.request("PUT", "/queues/api/queues/calls/empty", { key: null })).toMatchObject({ status: 401 });
});

test("a viewer gets 403", async () => {
  for (const [method, path] of [
    ["GET", "/queues"],
    ["GET", "/queues/api/queues"],
    ["PUT", "/queues/api/queues/calls/empty"],
  ] as const) {
    expect(await asRole("viewer", method, path)).toMatchObject({ status: 403, body: { code: "forbidden" } });
  }
});

test("a job leads to its call", async () => {
  const { body } = await asRole("operator", "GET", "/queues/api/queues?activeQueue=calls&status=prioritized&page=1");
  const [{ batch_id }] = (await api.sql<{ batch_id: string }>("SELECT batch_id FROM retell_calls WHERE id = $1", [
    pending,
  ])) as [{ batch_id: string }];
  expect(body.queues[0].jobs[0].externalUrl).toEqual({
    displayText: "Call",
    href: `/batches/${batch_id}?call=${pending}`,
  });
});

test("the board shows the queue and its jobs, and no phone number", async () => {
  const { status, body, text } = await asRole(
    "operator",
    "GET",
    "/queues/api/queues?activeQueue=calls&status=prioritized&page=1",
  );
  expect(status).toBe(200);
  expect(body.queues).toMatchObject([
    {
      name: "calls",
      readOnlyMode: true,
      counts: { prioritized: 1 },
      jobs: [{ id: pending, data: { callId: pending } }],
    },
  ]);
  expect(text).not.toMatch(/\+\d{7,}/);
  expect((await asAdmin("GET", "?activeQueue=calls")).body.queues[0]).toMatchObject({ readOnlyMode: false });
  expect(await asRole("operator", "GET", `/queues/api/queues/calls/${pending}`)).toMatchObject({
    status: 200,
    body: { job: { id: pending } },
  });
});

test("an operator can change nothing", async () => {
  const before = await queueState();
  for (const [method, path, body] of WRITES) {
    const answer = await asRole("operator", method, `/queues/api/queues${path.replace(":id", pending)}`, body);
    // "Resume all" answers 200 and skips queues that are read-only.
    expect(path === "/resume" ? [200] : [403, 405]).toContain(answer.status);
    expect(await queueState()).toEqual(before);
  }
});

test("an admin cannot obliterate, pause, or set limits, whatever the spelling of the path", async () => {
  const before = await queueState();
  for (const path of ["/pause", "/calls/pause", "/calls/obliterate", "/calls/concurrency", "/calls/rate-limit"]) {
    const [, , body] = WRITES.find(([, each]) => each === path)!;
    for (const spelling of [
      path,
      `${path}/`,
      path.toUpperCase().replace("CALLS", "calls"),
      `${path}?x=1`,
      path.replace(/.$/, (last) => `%${last.charCodeAt(0).toString(16)}`),
    ]) {
      const { status } = await asAdmin("PUT", spelling, body);
      expect({ spelling, status }).toEqual({ spelling, status: spelling.includes("%") ? 404 : 403 });
      expect(await queueState()).toEqual(before);
    }
  }
  expect(await asAdmin("GET", "/calls/rate-limit")).toMatchObject({ status: 200, body: { rateLimit: null } });
});

test("whatever else an admin does, no settled or cancelled call is dialled, and the waiting call is dialled once", async () => {
  for (const callId of [settled, cancelled, pending]) {
    const data = { callId, batchId: callId };
    for (const options of [
      {},
      { jobId: callId },
      { jobId: `again-${callId}` },
      { delay: 3_600_000, jobId: `late-${callId}` },
      { priority: 1, lifo: true },
    ]) {
      expect(await asAdmin("POST", "/calls/add", { name: "call.run", data, options })).toMatchObject({ status: 200 });
    }
  }
  expect(
    await asAdmin("PATCH", `/calls/${pending}/update-data`, { jobData: { callId: settled, batchId: settled } }),
  ).toMatchObject({ status: 200 });
  expect(await asAdmin("PUT", `/calls/late-${settled}/promote`)).toMatchObject({ status: 204 });
  expect(await asAdmin("PUT", "/calls/promote")).toMatchObject({ status: 200 });
  expect(await asAdmin("PATCH", `/calls/${settled}/priority`, { priority: 1 })).toMatchObject({ status: 200 });
  expect(await asAdmin("PUT", "/calls/resume")).toMatchObject({ status: 200 });
  expect(await asAdmin("PUT", "/calls/rate-limit/release")).toMatchObject({ status: 200 });

  const jobs = await api.queue.queue.getJobs(["wait", "prioritized", "delayed"]);
  expect(jobs.length).toBeGreaterThanOrEqual(13);
  const granted: string[] = [];
  for (const job of jobs) {
    const claim = await api.ask(job.data.callId);
    if (claim.kind === "yours") granted.push(claim.call.callId);
    else expect(["settled", "interrupted"]).toContain(claim.kind);
  }
  expect(granted).toEqual([pending]);
  expect(await api.sql("SELECT id FROM retell_calls WHERE claim_no > 1")).toEqual([]);
});

test("failed jobs may get other data, be retried and be cleaned away; their rows decide", async () => {
  const { queue } = api.queue;
  const ran: string[] = [];
  const run: Processor<"call.run"> = async ({ callId }) => {
    ran.push(callId);
    return done((await api.ask(callId)).kind);
  };
  await queue.drain();
  const worker = startCallWorker({
    url: api.redisUrl,
    prefix: api.prefix,
    concurrency: 1,
    lockMs: 2_000,
    queue: api.queue,
    processors: { "call.run": run },
    signal: new AbortController().signal,
    onError: (error) => api.errors.push(error),
    onBack: () => undefined,
    onFailedRun: () => undefined,
    onWrongServer: () => undefined,
  });
  api.onClose(() => worker.close());
  const counts = () => queue.getJobCounts("wait", "prioritized", "active", "failed", "completed");

  const added = { name: "call.run", data: { callId: "not ours" }, options: { jobId: "broken" } };
  expect(await asAdmin("POST", "/calls/add", added)).toMatchObject({ status: 200 });
  await until("it failed", async () => (await counts()).failed === 1);
  const jobData = { callId: cancelled, batchId: cancelled };
  expect(await asAdmin("PATCH", "/calls/broken/update-data", { jobData })).toMatchObject({ status: 200 });
  expect(await asAdmin("PUT", "/calls/broken/retry")).toMatchObject({ status: 204 });
  await until("it is done", async () => (await counts()).completed === 1);
  expect(await asAdmin("PUT", "/calls/retry/completed")).toMatchObject({ status: 200, body: { retried: 1 } });
  await until("it is done again", async () => ran.length === 2 && (await counts()).completed === 1);
  expect(ran).toEqual([cancelled, cancelled]);
  expect(await asAdmin("PUT", "/calls/broken/clean")).toMatchObject({ status: 204 });
  expect(await counts()).toEqual({ wait: 0, prioritized: 0, active: 0, failed: 0, completed: 0 });
  expect((await api.request("GET", `/v1/calls/${cancelled}`)).body).toMatchObject({
    call_status: "failed",
    claimed_at: null,
  });
});

test("an emptied queue loses nobody: the rows are still there and will be called", async () => {
  expect(await asAdmin("PUT", "/calls/empty")).toMatchObject({ status: 200 });
  expect(await api.queue.counts()).toEqual({ waiting: 0, active: 0 });
  expect((await api.ask(pending)).kind).toBe("yours");
});

test("bad input to the board is not a 5xx, and shows no internals", async () => {
  const requests: [string, string, RequestOptions][] = [
    ["POST", "/queues/api/queues/calls/add", { raw: "{", headers: { "content-type": "application/json" } }],
    ["POST", "/queues/api/queues/calls/add", { raw: "name=x", headers: { "content-type": "text/plain" } }],
    ["POST", "/queues/api/queues/calls/add", { body: {} }],
    ["POST", "/queues/api/queues/calls/add", { body: { name: "x".repeat(200_000), data: {} } }],
    ["POST", "/queues/api/queues/calls/add", { body: { name: "a", data: {}, options: { jobId: "0" } } }],
    ["PATCH", `/queues/api/queues/calls/${pending}/update-data`, { body: [] }],
    ["PUT", "/queues/api/queues/others/empty", {}],
    ["PUT", "/queues/api/queues/calls/nobody/retry", {}],
    ["PUT", `/queues/api/queues/calls/${pending}/retry`, {}],
    ["PUT", `/queues/api/queues/calls/${pending}/promote`, {}],
    ["PUT", "/queues/api/queues/calls/retry/nonsense", {}],
    ["GET", "/queues/api/queues/calls/%ZZ", {}],
    ["GET", "/queues/api/queues?page=x&status=nonsense&activeQueue=others", {}],
    ["GET", "/queues/nothing/here", {}],
    ["DELETE", "/queues/api/queues/calls", {}],
  ];
  for (const [method, path, options] of requests) {
    const { status, text } = await api.request(method, path, {
      ...options,
      key: "admin",
    });
    expect({ method, path, text, failed: status >= 500 }).toEqual({ method, path, text, failed: false });
    expect(text).not.toMatch(/node_modules|at \w+ \(/);
  }
});
