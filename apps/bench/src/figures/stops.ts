import { until } from "@ringfence/testkit/until";
import { type Benchmark, type Figure, median, pause, quantile } from "../figure.ts";
import { type Fleet, openFleet, type Services } from "../world/fleet.ts";

/** Calls pending, and how many stops the median is taken of. */
const SIZES = [
  { pending: 1_000, times: 9, withBare: false },
  { pending: 100_000, times: 3, withBare: true },
  { pending: 1_000_000, times: 3, withBare: false },
];
/** How long the lines are in use before such a stop, in ms: a process that has just begun to dial is slow. */
const WARM_MS = 3_000;
/** Jobs that a worker may have taken before the last is on the queue. */
const DIALS_BEFORE = 10;
/** About as many as are dialled meanwhile. */
const DIALLED = 600;
/** Longest wait for jobs to be on the queue or gone from it, in ms. */
const PATIENCE_MS = 600_000;

/** How soon a stop holds, answers, and leaves no job, by how many calls are pending. */
export const stops: Benchmark = {
  name: "stops",
  about: "a stop's last create-call, its receipt, and its jobs gone, at 1,000, 100,000 and 1,000,000 pending",
  run: async (services, note) => {
    const measured: Awaited<ReturnType<typeof stopsOf>>[] = [];
    for (const size of SIZES) measured.push(await stopsOf(services, size, note));
    return [
      ...measured.flatMap(({ figures }) => figures),
      {
        what: "stop: last create-call at 1,000,000 pending, beside that at 1,000",
        unit: "ms",
        value: measured.at(-1)!.lastMs,
        bare: measured[0]!.lastMs,
        bar: "ratio <= 1.5",
      },
    ];
  },
};

const FLIPPED = 150_000;
const OTHERS_PACE = 10;
/** How long the dials are counted before the stop, in s. */
const BEFORE_S = 15;

/** What is left of the pace of another campaign while a large batch is flipped. */
export const flip: Benchmark = {
  name: "flip",
  about: `another campaign's dials a second while a batch of ${FLIPPED.toLocaleString("en")} is flipped, of ${OTHERS_PACE} asked`,
  run: async (services, note) => {
    const plan = { lines: 2_000, workers: 1, pace: OTHERS_PACE, calls: { ringMs: 0, talkMs: 60_000 } };
    const fleet = await openFleet(services, plan);
    try {
      await fleet.launch(await fleet.campaign(2_000));
      const campaign = await fleet.campaign(FLIPPED);
      await fleet.request("PUT", "/v1/lines", { calls_per_second: 0.001 });
      const batch = await fleet.launch(campaign);
      const jobs = async () => (await fleet.waitingJobs()) >= FLIPPED;
      await until("all jobs are on the queue", jobs, PATIENCE_MS);
      await fleet.request("PUT", "/v1/lines", { calls_per_second: OTHERS_PACE });
      await pause(BEFORE_S * 1_000);
      const at = Date.now();
      await fleet.request("POST", `/v1/batches/${batch}/cancel`);
      const over = Date.now();
      await pause(1_000);
      const rate = async (fromMs: number, toMs: number) =>
        ((
          await fleet.sql<{ dials: number }>(
            `SELECT count(*)::int AS dials FROM retell_calls
             WHERE claimed_at >= to_timestamp($1::float8 / 1000) AND claimed_at < to_timestamp($2::float8 / 1000)`,
            [fromMs, toMs],
          )
        )[0]!.dials *
          1_000) /
        (toMs - fromMs);
      const [before, during] = [await rate(at - (BEFORE_S - 5) * 1_000, at), await rate(at, over)];
      note(`${before.toFixed(1)} dials/s before, ${during.toFixed(1)} in the ${over - at} ms of the stop`);
      return [
        {
          what: `flip: ${FLIPPED} rows beside dials at ${OTHERS_PACE} a second, of the rate before`,
          unit: "%",
          value: (100 * during) / before,
          bar: ">= 90",
        },
      ];
    } finally {
      await fleet.close();
    }
  },
};

const STOPS = 100;
/** How long a batch dials before it is stopped, in ms: at least, and at random so much more. */
const DIALS_MS = 300;
const DIALS_MORE_MS = 300;
/** Dials a second at which these processes take up to half of two cores, and calls enough for all of them. */
const HALF_PACE = 30;
const CALLS = 400;

/** How long after the request of a stop the last create-call comes, over many stops. */
export const brake: Benchmark = {
  name: "brake",
  about: `a stop's last create-call after the request, over ${STOPS} stops, at up to half of the CPU and at all of it`,
  run: async (services, note) => [
    ...(await lastCreates(services, "half of the CPU", HALF_PACE, 25, note)),
    ...(await lastCreates(services, "all of the CPU", 0, 120, note)),
  ],
};

async function lastCreates(
  services: Services,
  circumstances: string,
  pace: number,
  mostMs: number,
  note: (line: string) => void,
): Promise<Figure[]> {
  const fleet = await openFleet(services, { lines: 50, workers: 1, pace, calls: { ringMs: 0, talkMs: 100 } });
  try {
    const stops: { at: number; over: number }[] = [];
    for (let nth = 0; nth < STOPS; nth++) {
      const campaign = await fleet.campaign(CALLS);
      const batch = await fleet.launch(campaign);
      await pause(DIALS_MS + Math.random() * DIALS_MORE_MS);
      const at = Date.now();
      await fleet.request("POST", `/v1/batches/${batch}/cancel`);
      await until("all its calls have ended", async () => {
        const { in_progress_calls } = await fleet.request<{ in_progress_calls: number }>("GET", `/v1/batches/${batch}`);
        await pause(100);
        return in_progress_calls === 0;
      });
      stops.push({ at, over: Date.now() });
    }
    const { creates } = await fleet.simulator<{ creates: { at: number }[] }>("GET", "/state");
    const last = stops.map(({ at, over }) =>
      Math.max(0, ...creates.filter((create) => create.at > at && create.at < over).map((create) => create.at - at)),
    );
    const p95 = quantile(last, 0.95);
    note(
      `${circumstances}: p50 ${quantile(last, 0.5).toFixed(0)} ms, p95 ${p95.toFixed(0)} ms, worst ${Math.max(...last).toFixed(0)} ms, ${creates.length} dials`,
    );
    return [
      {
        what: `brake: last create-call after the request, ${circumstances}, p95 of ${STOPS} stops`,
        unit: "ms",
        value: p95,
        bar: `<= ${mostMs}`,
      },
    ];
  } finally {
    await fleet.close();
  }
}

/** One large stop, or several small ones; each launches anew whoever was not called. */
async function stopsOf(
  services: Services,
  { pending, times, withBare }: (typeof SIZES)[number],
  note: (line: string) => void,
): Promise<{ lastMs: number; figures: Figure[] }> {
  const fleet = await openFleet(services, { lines: 50, workers: 1, pace: 0, calls: { ringMs: 0, talkMs: 100 } });
  try {
    const campaign = await fleet.campaign(pending + (times + 1) * 2 * DIALLED);
    const stopped: { lastMs: number; receiptMs: number; goneMs: number }[] = [];
    for (let nth = 0; nth < times; nth++) {
      const batch = await launchUndialled(fleet, campaign, pending + DIALLED);
      await fleet.request("PUT", "/v1/lines", { calls_per_second: 0 });
      await pause(WARM_MS + Math.random() * DIALS_MORE_MS);
      const at = Date.now();
      await fleet.request("POST", `/v1/batches/${batch}/cancel`);
      const answered = Date.now();
      const { creates } = await fleet.simulator<{ creates: { at: number }[] }>("GET", "/state");
      await until("no job is left", async () => (await fleet.waitingJobs()) === 0, PATIENCE_MS);
      stopped.push({
        lastMs: Math.max(0, ...creates.map((create) => create.at - at)),
        receiptMs: answered - at,
        goneMs: Date.now() - answered,
      });
      note(`${pending} pending: ${JSON.stringify(stopped.at(-1))}`);
    }
    const bare: Partial<BareStop> = withBare ? await bareStop(fleet, campaign, pending) : {};
    note(`${pending} pending, bare: ${JSON.stringify(bare)}`);
    const middle = (figure: "lastMs" | "receiptMs" | "goneMs") => median(stopped.map((stop) => stop[figure]));
    const what = `stop: ${pending.toLocaleString("en")} pending`;
    return {
      lastMs: middle("lastMs"),
      figures: [
        { what: `${what}, last create-call after the request`, unit: "ms", value: middle("lastMs") },
        {
          what: `${what}, receipt`,
          unit: "ms",
          value: middle("receiptMs"),
          ...(bare.flippedMs && { bare: bare.flippedMs, bar: "ratio <= 1.3" }),
        },
        {
          what: `${what}, jobs gone after it`,
          unit: "ms",
          value: middle("goneMs"),
          ...(bare.removedMs && { bare: bare.removedMs, bar: "ratio <= 1.5" }),
        },
      ],
    };
  } finally {
    await fleet.close();
  }
}

/** Launches a campaign and waits until its jobs are on the queue, while hardly anybody is dialled. Returns the batch's id. */
async function launchUndialled(fleet: Fleet, campaign: string, pending: number): Promise<string> {
  await fleet.request("PUT", "/v1/lines", { calls_per_second: 0.001 });
  const batch = await fleet.launch(campaign, pending);
  await until(
    "all jobs are on the queue",
    async () => (await fleet.waitingJobs()) >= pending - DIALS_BEFORE,
    PATIENCE_MS,
  );
  return batch;
}

type BareStop = { flippedMs: number; removedMs: number };
/** The work of a stop with the libraries alone, while nobody is dialled: one UPDATE of the same rows, BullMQ's removal of the same jobs. */
async function bareStop(fleet: Fleet, campaign: string, pending: number): Promise<BareStop> {
  const batch = await launchUndialled(fleet, campaign, pending);
  let from = performance.now();
  const rows = await fleet.sql<{ id: string }>(
    `UPDATE retell_calls SET call_status = 'failed', error_message = 'Batch cancelled by user'
     WHERE batch_id = $1 AND call_status = 'pending' RETURNING id`,
    [batch],
  );
  const flippedMs = performance.now() - from;
  from = performance.now();
  await fleet.removeJobs(rows.map(({ id }) => id));
  return { flippedMs, removedMs: performance.now() - from };
}
