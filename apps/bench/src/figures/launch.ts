import { randomUUID } from "node:crypto";
import { until } from "@ringfence/testkit/until";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { type Benchmark, medianOf, ROUNDS } from "../figure.ts";
import { type Fleet, openFleet, type Services } from "../world/fleet.ts";

const CANDIDATES = 100_000;
const JOBS_AT_ONCE = 1_000;
const PATIENCE_MS = 300_000;
/** The body of one import, in candidates. */
const IMPORTED = 10_000;

/** An import and a launch, beside the same rows and jobs by pg and BullMQ alone. */
export const launch: Benchmark = {
  name: "launch",
  about: "candidates imported and launched a second, beside the same rows and jobs by pg and BullMQ alone",
  run: (services, note) =>
    medianOf(ROUNDS, async () => {
      const fleet = await openFleet(services, {
        lines: 5,
        workers: 1,
        pace: 0.001,
        calls: { ringMs: 0, talkMs: null },
      });
      try {
        const imported = await importRate(fleet);
        const campaign = await fleet.campaign(CANDIDATES);
        const from = performance.now();
        await fleet.launch(campaign);
        const answeredMs = performance.now() - from;
        await until(
          "all jobs are on the queue",
          async () => (await fleet.waitingJobs()) >= CANDIDATES - 10,
          PATIENCE_MS,
        );
        const launched = (CANDIDATES * 1_000) / (performance.now() - from);
        const bare = await bareRates(fleet, services);
        note(
          `imported ${imported.toFixed(0)}/s, launched ${launched.toFixed(0)}/s, answered after ${answeredMs.toFixed(0)} ms`,
        );
        return [
          {
            what: `import: ${IMPORTED} candidates in one request`,
            unit: "candidates/s",
            value: imported,
            bare: bare.rows,
          },
          {
            what: `launch: ${CANDIDATES} candidates, until the last job is on the queue`,
            unit: "candidates/s",
            value: launched,
            bare: bare.launched,
          },
          { what: `launch: ${CANDIDATES} candidates, answer`, unit: "ms", value: answeredMs },
        ];
      } finally {
        await fleet.close();
      }
    }),
};

async function importRate(fleet: Fleet): Promise<number> {
  const id = await fleet.campaign(0);
  const candidates = Array.from({ length: IMPORTED }, (_, n) => ({
    phone_number: `+1${4_155_550_000 + n}`,
    name: `Candidate ${n}`,
  }));
  const from = performance.now();
  await fleet.request("POST", `/v1/campaigns/${id}/candidates`, { candidates });
  return (IMPORTED * 1_000) / (performance.now() - from);
}

/** The same rows into a table without triggers, and the same jobs, one after the other. */
async function bareRates(fleet: Fleet, { redisUrl }: Services): Promise<{ rows: number; launched: number }> {
  const queue = new Queue("calls", {
    connection: new Redis(redisUrl, { maxRetriesPerRequest: null }),
    prefix: `{bare-${randomUUID()}}`,
  });
  await fleet.sql("CREATE UNLOGGED TABLE bare_candidates (id uuid PRIMARY KEY, phone_number text UNIQUE, name text)");
  await fleet.sql("ALTER TABLE bare_candidates SET LOGGED");
  await fleet.sql("CREATE TABLE bare_calls (id uuid PRIMARY KEY, candidate_id uuid, status text)");
  const ids = Array.from({ length: CANDIDATES }, () => randomUUID());
  const ofImport = ids.slice(0, IMPORTED);
  let from = performance.now();
  await fleet.sql(
    "INSERT INTO bare_candidates SELECT id, '+1' || (4150000000 + n), 'Candidate ' || n FROM unnest($1::uuid[]) WITH ORDINALITY AS c (id, n)",
    [ofImport],
  );
  const rows = (IMPORTED * 1_000) / (performance.now() - from);
  from = performance.now();
  await fleet.sql("INSERT INTO bare_calls SELECT gen_random_uuid(), id, 'pending' FROM unnest($1::uuid[]) AS c (id)", [
    ids,
  ]);
  for (let at = 0; at < ids.length; at += JOBS_AT_ONCE)
    await queue.addBulk(
      ids
        .slice(at, at + JOBS_AT_ONCE)
        .map((id, n) => ({ name: "call", data: { id }, opts: { jobId: id, priority: at + n + 1 } })),
    );
  const launched = (CANDIDATES * 1_000) / (performance.now() - from);
  await queue.obliterate({ force: true });
  await queue.close();
  (await (await queue.getBackend()).client).disconnect();
  return { rows, launched };
}
