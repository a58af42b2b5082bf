import { createWebhook } from "@ringfence/campaigns";
import { EVENT_TYPES, type EventType } from "@ringfence/domain";
import { faultOf } from "@ringfence/receivers";
import { until } from "@ringfence/testkit";
import { type Receiver, startReceiver } from "./testing/receiver.ts";
import { byTest, undialed, useWorld } from "./testing/world.ts";

/** With this scale an hour takes 3.6 s, the first retry wait 5 ms, the longest wait 1.8 s, and the day of attempts 86 s. */
const SCALE = 0.001;

const world = useWorld({ talkMs: 20 });
const receivers: Receiver[] = [];
beforeEach(async () => {
  await world.db.lines.change({ limit: 10 });
});
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close();
});

const worker = () => world.worker({ timeScale: SCALE });
/** A receiver with a webhook for these events, or for all events if none is named. */
const listener = async (...events: EventType[]) => {
  const receiver = await startReceiver();
  receivers.push(receiver);
  const create = createWebhook({ db: world.db, receivers: { faultOf: (url) => faultOf(url, true) } });
  const { id, secret } = await create(
    { url: receiver.url, events: events.length > 0 ? events : [...EVENT_TYPES] },
    "test",
  );
  receiver.verify(secret);
  return Object.assign(receiver, { id });
};
const deliveries = (webhookId: string) => world.db.webhooks.deliveries(webhookId, undefined, null, 1_000);
const allDelivered = (webhookId: string) =>
  until("all is delivered", async () => {
    const all = await deliveries(webhookId);
    return all.length > 0 && all.every(({ status }) => status === "delivered") ? all : null;
  });
/** Ids in the order of the events of each lane, as they happened. */
const asHappened = async (webhookId: string): Promise<Record<string, string[]>> => {
  const rows = await world.sql<{ lane: string; ids: string[] }>(
    "SELECT lane, array_agg(event_id::text ORDER BY seq) AS ids FROM webhook_deliveries WHERE webhook_id = $1 GROUP BY lane",
    [webhookId],
  );
  return Object.fromEntries(rows.map(({ lane, ids }) => [lane, ids]));
};
/** Ids in the order of their first acceptance, lane by lane. */
const asTaken = (receiver: Receiver): Record<string, string[]> => {
  const lanes: Record<string, string[]> = {};
  for (const { lane, id } of receiver.taken())
    if (!lanes[lane]?.includes(id)) lanes[lane] = [...(lanes[lane] ?? []), id];
  return lanes;
};
const ended = (batches: { id: string }[]) => Promise.all(batches.map(({ id }) => world.ended(id)));
const launches = async (sizes: number[]) => {
  const batches = [];
  for (const [n, size] of sizes.entries())
    batches.push(await world.launch(await world.campaign(size, n * 100), undialed));
  return batches;
};
/** So many events of completed calls, each of a call of its own. */
const completed = (campaignId: string, events: number) =>
  world.sql(
    `INSERT INTO webhook_events (type, campaign_id, data)
     SELECT 'call.completed', $1, jsonb_build_object('id', gen_random_uuid(), 'campaign_id', $1::uuid)
     FROM generate_series(1, $2::int) n`,
    [campaignId, events],
  );

test("a whole campaign's events arrive once each, signed, those of a batch behind those of its calls", async () => {
  const receiver = await listener();
  worker();
  const batches = await launches([8, 6]);
  await ended(batches);
  await allDelivered(receiver.id);
  expect(asTaken(receiver)).toEqual(await asHappened(receiver.id));
  expect(receiver.received).toHaveLength(8 + 6 + 2);
  for (const { id } of batches) {
    expect(receiver.received.filter(({ of }) => of === id).at(-1)).toMatchObject({ type: "batch.completed" });
  }
});

test("a receiver that is down for an hour gets each event, in order per call, with equal ids on repeats", async () => {
  const receiver = await listener();
  await receiver.down();
  worker();
  worker();
  const batches = await launches([8, 6, 1]);
  await ended(batches);
  // 5 s, 15 s, 45 s, 135 s, 405 s, 1215 s, 1800 s: the eighth attempt comes an hour after the first.
  await until("an hour of attempts has gone by", async () =>
    (await deliveries(receiver.id)).some(({ attempts }) => attempts >= 8),
  );
  expect(receiver.received).toEqual([]);
  // The receiver first refuses some events, then accepts without answering, then works normally.
  let requests = 0;
  receiver.answers(() => (++requests % 3 === 0 ? 500 : 204));
  await receiver.up();
  await allDelivered(receiver.id);
  expect(asTaken(receiver)).toEqual(await asHappened(receiver.id));
  expect(receiver.taken()).toHaveLength(8 + 6 + 1 + 3);
  const refused = receiver.received.filter(({ status }) => status === 500);
  expect(refused.length).toBeGreaterThan(0);
  for (const { id } of refused) expect(receiver.taken().map((taken) => taken.id)).toContain(id);
});

test("a receiver that never answers delays neither the others nor the calls", async () => {
  const dead = await listener();
  dead.answers(() => null);
  const well = await listener();
  worker();
  const batches = await launches([10, 10]);
  await ended(batches);
  await allDelivered(well.id);
  expect(asTaken(well)).toEqual(await asHappened(well.id));
  expect((await deliveries(dead.id)).filter(({ status }) => status !== "pending")).toEqual([]);
});

test("an event that its receiver refuses blocks only the later ones of its call, and is delivered once it is accepted", async () => {
  const receiver = await listener("call.completed", "call.failed");
  const [batch] = await launches([4]);
  const calls = await world.sql<{ id: string }>("SELECT id FROM retell_calls WHERE batch_id = $1", [batch!.id]);
  const poisoned = calls[0]!.id;
  receiver.answers(({ callId }) => (callId === poisoned ? 400 : 204));
  worker();
  await ended([batch!]);
  await world.sql("UPDATE retell_calls SET call_status = 'failed', error_message = 'test' WHERE id = $1", [poisoned]);
  const refusals = () => receiver.received.filter(({ status }) => status === 400);
  await until(
    "the others are told, and it is tried again",
    () => receiver.taken().length === 3 && refusals().length > 2,
  );
  expect(new Set(refusals().map(({ id }) => id)).size).toBe(1);
  receiver.answers(() => 204);
  await allDelivered(receiver.id);
  expect(asTaken(receiver)).toEqual(await asHappened(receiver.id));
  expect(receiver.taken()).toHaveLength(5);
});

describe("the end of a batch", () => {
  test("is told once an event of its calls that is refused has failed for five minutes", async () => {
    const receiver = await listener();
    const [batch] = await launches([4]);
    let refused = "";
    receiver.answers(({ callId }) => {
      refused ||= callId ?? "";
      return callId !== null && callId === refused ? 500 : 204;
    });
    worker();
    await ended([batch!]);
    await until("all others are told", () => receiver.taken().length === 3);
    await until("it is tried again", () => receiver.received.length > 5);
    expect(receiver.taken().map(({ type }) => type)).not.toContain("batch.completed");
    await world.sql("UPDATE webhook_deliveries SET failing_since = failing_since - interval '5 minutes'");
    await until("it is told", () => receiver.taken().at(-1)?.type === "batch.completed");
    const pending = async () => (await deliveries(receiver.id)).filter(({ status }) => status === "pending").length;
    await until("that is written down: only the refused one is left", async () => (await pending()) === 1);
    receiver.answers(() => 204);
    await allDelivered(receiver.id);
  });

  test("waits for events of its calls that were not tried yet, and for no other batch", async () => {
    const receiver = await listener();
    const [one, other] = await launches([3, 3]);
    receiver.answers(({ of, callId }) => (of === one!.id && callId !== null ? null : 204));
    worker();
    await ended([one!, other!]);
    const told = () => receiver.taken().map(({ of, type }) => `${type} ${of}`);
    await until("the other is told", () => told().includes(`batch.completed ${other!.id}`));
    expect(told()).not.toContain(`batch.completed ${one!.id}`);
  });
});

test("a slow receiver gets many events at a time", async () => {
  const receiver = await listener("call.completed");
  const campaign = await world.campaign(0);
  let open = 0;
  let most = 0;
  receiver.delays(async () => {
    most = Math.max(most, ++open);
    await until("eight are open, or they were", () => most >= 8);
    open--;
  });
  await completed(campaign, 60);
  worker();
  await allDelivered(receiver.id);
  expect(receiver.taken()).toHaveLength(60);
});

test("events that a receiver refuses keep no others waiting", async () => {
  const receiver = await listener("call.completed");
  const [refused, taken] = [await world.campaign(0), await world.campaign(0)];
  receiver.answers(({ of }) => (of === refused ? 400 : 204));
  for (const campaign of [refused, taken]) await completed(campaign, 100);
  // At this scale a pause is 5 s, and ten refusals in a row took one.
  world.worker({ timeScale: 1 });
  await until("all others have come", () => receiver.taken().length === 100);
});

test("a receiver that is away is tried now and then, not with every event", async () => {
  const receiver = await listener("call.completed");
  const campaign = await world.campaign(0);
  receiver.answers(() => 500);
  await completed(campaign, 500);
  world.worker({ timeScale: 1 });
  const longestGap = async () => {
    const [row] = await world.sql<{ tried: number; seconds: number }>(
      `SELECT count(*)::int AS tried, extract(epoch FROM max(gap))::float8 AS seconds FROM (
         SELECT attempted_at - lag(attempted_at) OVER (ORDER BY attempted_at) AS gap
         FROM webhook_deliveries WHERE webhook_id = $1 AND attempts > 0
       ) attempts`,
      [receiver.id],
    );
    return row!;
  };
  // Ten failures in a row, and those that were under way; then the pause; then more.
  const { seconds } = await until("it is tried again after a pause", async () => {
    const gap = await longestGap();
    return gap.tried >= 20 ? gap : null;
  });
  expect(seconds).toBeGreaterThan((0.9 * world.times.firstRedeliveryMs) / 1_000);
});

test("a stop of many calls is one event, beside the events of the calls that it let end", async () => {
  const receiver = await listener();
  worker();
  const [batch] = await launches([60]);
  await until("some are dialled", () => world.dials() >= 10);
  const receipt = await world.cancel(batch!.id, byTest);
  await world.ended(batch!.id);
  await allDelivered(receiver.id);
  const told = receiver.received.map(({ type }) => type);
  expect(told.filter((type) => type === "batch.cancelled")).toHaveLength(1);
  expect(told.filter((type) => type.startsWith("call."))).toHaveLength(60 - receipt.cancelled_calls);
});

test("the next worker sends every event that a worker leaves behind at its end", async () => {
  const receiver = await listener();
  receiver.answers(() => 503);
  const first = worker();
  const batches = await launches([6, 6]);
  await ended(batches);
  await until("some were refused", () => receiver.received.length >= 4);
  await first.close();
  receiver.answers(() => 204);
  worker();
  await allDelivered(receiver.id);
  expect(asTaken(receiver)).toEqual(await asHappened(receiver.id));
});

describe("an event that its receiver refuses for a day", () => {
  const dayLater = () => world.sql("UPDATE webhook_deliveries SET since = since - interval '1 day'");

  test("is given up after five attempts, as are the others; a replay sends all in order, with the same ids", async () => {
    const receiver = await listener();
    receiver.answers(() => 500);
    worker();
    const batches = await launches([3]);
    await ended(batches);
    await dayLater();
    const failed = await until("all are given up", async () => {
      const all = await deliveries(receiver.id);
      return all.every(({ status }) => status === "failed") ? all : null;
    });
    for (const each of failed) expect(each).toMatchObject({ response_status: 500, next_attempt_at: null });
    for (const { attempts } of failed) expect(attempts).toBeGreaterThanOrEqual(5);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(4);

    receiver.answers(() => 204);
    expect(await world.db.webhooks.replay(receiver.id, { since: new Date(0), status: "failed" }, "test", null)).toEqual(
      {
        replayed: 4,
      },
    );
    await allDelivered(receiver.id);
    expect(asTaken(receiver)).toEqual(await asHappened(receiver.id));
    expect(await world.db.webhooks.replay(receiver.id, { since: new Date(0), status: "failed" }, "test", null)).toEqual(
      {
        replayed: 0,
      },
    );
    const [one] = await deliveries(receiver.id);
    await world.db.webhooks.replayOne(one!.id, "test", null);
    await until("one came again", () => receiver.taken().length === 5);
    expect(receiver.taken().at(-1)).toMatchObject({ id: one!.event_id });
  });
});

test("a deleted webhook gets no event, and no row of it remains", async () => {
  const receiver = await listener();
  receiver.answers(() => 500);
  worker();
  await ended(await launches([2]));
  await until("it was tried", () => receiver.received.length > 0);
  await world.db.webhooks.remove(receiver.id, "test", null);
  await until("its attempt under way is kept", async () => !(await world.db.outbox.dropOrphans()));
  expect(await world.sql("SELECT 1 FROM webhook_deliveries")).toEqual([]);
});
