import { fork } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { until } from "@ringfence/testkit/until";
import { type Benchmark, medianOf, ROUNDS } from "../figure.ts";
import { type Fleet, openFleet } from "../world/fleet.ts";

const CALLS = 2_000;
const AT_ONCE = 50;
const KEY = "key_bench";
/** How long the receiver of events takes, in ms. */
const RECEIVER_MS = 100;
const PATIENCE_MS = 300_000;

/** Retell's webhooks settled a second, beside a receiver with the libraries alone. */
export const webhooks: Benchmark = {
  name: "webhooks",
  about: "Retell's webhooks settled a second, beside Express, the SDK's verification and one UPDATE alone",
  run: (services, note) =>
    medianOf(ROUNDS, async () => {
      const plan = { lines: 10_000, workers: 0, pace: 0, calls: { ringMs: 0, talkMs: null } };
      const fleet = await openFleet(services, plan);
      try {
        const ids = await inProgress(fleet, CALLS);
        const settled = await perSecond(ids, (id) => ended(fleet.apiUrl, id));
        const bare = await bareRate(fleet, ids);
        note(`${settled.toFixed(0)} webhooks/s, bare ${bare.toFixed(0)}`);
        const what = `webhooks: call_ended, ${AT_ONCE} at once, until 204`;
        return [{ what, unit: "webhooks/s", value: settled, bare, bar: "ratio >= 1.0" }];
      } finally {
        await fleet.close();
      }
    }),
};

/** The same webhooks to a process with the libraries alone. */
async function bareRate(fleet: Fleet, ids: readonly string[]): Promise<number> {
  await fleet.sql(
    "CREATE TABLE bare AS SELECT id, 'in_progress' AS status, NULL::text AS reason, ended_at FROM retell_calls",
  );
  await fleet.sql("ALTER TABLE bare ADD PRIMARY KEY (id)");
  const child = fork(fileURLToPath(new URL("bare-webhooks.js", import.meta.url)), [fleet.databaseUrl, KEY]);
  const [port] = (await once(child, "message")) as [number];
  try {
    return await perSecond(ids, (id) => ended(`http://127.0.0.1:${port}`, id));
  } finally {
    child.kill();
    await once(child, "exit");
  }
}

/** Events of one batch told a second to a receiver that takes 100 ms. */
export const events: Benchmark = {
  name: "events",
  about: `events of one batch told a second to a receiver that takes ${RECEIVER_MS} ms`,
  run: async (services, note) => {
    let told = 0;
    const receiver = createServer((_, res) => setTimeout(() => res.writeHead(204).end(), RECEIVER_MS)).on(
      "request",
      () => told++,
    );
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    const fleet = await openFleet(services, {
      lines: 100,
      workers: 1,
      pace: 0,
      calls: { ringMs: 0, talkMs: 0 },
      environment: { WEBHOOKS_ALLOW_PRIVATE: "true" },
    });
    try {
      await fleet.request("POST", "/v1/webhooks", { url, events: ["call.completed", "call.failed"] });
      await fleet.launch(await fleet.campaign(300));
      const from = performance.now();
      await until("all events are told", () => told >= 300, PATIENCE_MS);
      const value = (told * 1_000) / (performance.now() - from);
      note(`${value.toFixed(1)} events/s`);
      return [{ what: `events: one batch, receiver takes ${RECEIVER_MS} ms`, unit: "events/s", value }];
    } finally {
      await fleet.close();
      receiver.closeAllConnections();
      receiver.close();
    }
  },
};

/** So many calls in progress whose dials were placed. Returns their ids; Retell's are `call_ID`. */
export async function inProgress(fleet: Fleet, calls: number): Promise<string[]> {
  await fleet.launch(await fleet.campaign(calls));
  await fleet.sql(
    `UPDATE retell_calls SET call_status = 'in_progress', claim_no = 1, claimed_at = clock_timestamp(), dialed_at = clock_timestamp(),
       placed = 'yes', retell_call_id = 'call_' || id, news_at = clock_timestamp()`,
  );
  return (await fleet.sql<{ id: string }>("SELECT id FROM retell_calls")).map(({ id }) => id);
}

/** Tells a receiver of webhooks, as Retell does, that a call has ended. */
export async function ended(url: string, id: string): Promise<void> {
  const body = JSON.stringify({
    event: "call_ended",
    call: {
      call_id: `call_${id}`,
      call_status: "ended",
      disconnection_reason: "user_hangup",
      metadata: { call_id: id },
    },
  });
  const at = Date.now();
  const signature = `v=${at},d=${createHmac("sha256", KEY).update(`${body}${at}`).digest("hex")}`;
  const answer = await fetch(`${url}/webhooks/retell`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-retell-signature": signature },
    body,
  });
  if (answer.status !== 204) throw new Error(`webhook: ${answer.status}`);
}

/** Does `work` for every item, so many at once. Returns how many a second. */
async function perSecond<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<number> {
  const left = [...items];
  const from = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
    }),
  );
  return (items.length * 1_000) / (performance.now() - from);
}
