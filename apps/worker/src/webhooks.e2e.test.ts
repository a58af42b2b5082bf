import { type Bed, openBed } from "@ringfence/campaigns/testing";
import { addressOf, BUILT_ADMIN_KEY, type BuiltProcess, environmentOf, startBuilt, until } from "@ringfence/testkit";
import { type Receiver, startReceiver } from "./testing/receiver.ts";

let bed: Bed;
let receiver: Receiver;
const started: BuiltProcess[] = [];
beforeEach(async () => {
  bed = await openBed({
    concurrencyLimit: 100,
    outcomes: { default: { reason: "user_hangup", ringMs: 5, talkMs: 20 } },
  });
  receiver = await startReceiver();
});
afterEach(async () => {
  for (const { child } of started.splice(0)) child.kill("SIGKILL");
  await receiver.close();
  await bed.close();
});

const start = (app: "api" | "worker", environment: Record<string, string>) => {
  const process = startBuilt(app, environment);
  started.push(process);
  return process;
};

test("a worker killed while it sends loses no event: the next goes on with the same ids, the batch's event last", async () => {
  const environment = {
    ...environmentOf(bed),
    WEBHOOKS_ALLOW_PRIVATE: "true",
    TIME_SCALE: "0.2",
    JOB_LOCK_MS: "1000",
    CALLS_PER_SECOND: "0",
  };
  const url = await addressOf(start("api", environment));
  const post = async (path: string, body: object) => {
    const response = await fetch(`${url}/v1${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${BUILT_ADMIN_KEY}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(201);
    return (await response.json()) as { id: string; secret: string };
  };
  const { id: webhookId, secret } = await post("/webhooks", {
    url: receiver.url,
    events: ["call.completed", "batch.completed"],
  });
  receiver.verify(secret);
  let asked = 0;
  // The third request is never answered: the worker dies over it.
  receiver.answers(() => (++asked === 3 ? null : 204));
  const worker = start("worker", { ...environment, PUBLIC_URL: url });
  const { id: batch } = await post(`/campaigns/${await bed.campaign(6)}/launch`, {});
  await until("it waits for an answer", () => asked >= 3);
  worker.child.kill("SIGKILL");
  await worker.exit;

  start("worker", { ...environment, PUBLIC_URL: url });
  await until("all is delivered", async () => {
    const rows = await bed.db.webhooks.deliveries(webhookId, undefined, null, 100);
    return rows.length === 7 && rows.every(({ status }) => status === "delivered");
  });
  const happened = await bed.sql<{ event_id: string }>("SELECT event_id FROM webhook_deliveries ORDER BY seq");
  const taken = [...new Set(receiver.taken().map(({ id }) => id))];
  expect(taken.toSorted()).toEqual(happened.map((row) => row.event_id).toSorted());
  expect(taken.at(-1)).toBe(happened.at(-1)!.event_id);
  expect(receiver.taken().every(({ of }) => of === batch)).toBe(true);
});
