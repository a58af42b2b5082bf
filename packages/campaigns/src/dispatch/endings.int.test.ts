import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";
import { type Endings, listenForEndings } from "@ringfence/queue";
import { until } from "@ringfence/testkit";
import { useBed } from "../testing/use-bed.ts";

const bed = useBed();
const listening: Endings[] = [];
afterEach(async () => {
  for (const endings of listening.splice(0)) await endings.close();
  await bed.empty();
});

const goOn = new AbortController().signal;
/** Listens and checks the database at the given interval; records the ids it looked up. */
function listen(
  lookEveryMs: number,
  ended: (ids: string[]) => Promise<string[]> = bed.db.calls.ended,
  url = bed.redisUrl,
) {
  const looks: string[][] = [];
  const endings = listenForEndings({
    url,
    prefix: bed.prefix,
    lookEveryMs,
    ended: (ids) => {
      looks.push(ids);
      return ended(ids);
    },
    onError: () => undefined,
  });
  listening.push(endings);
  return { endings, looks };
}
const SELDOM_MS = 600_000;
/** Announces the ending until it is received: a subscription takes a moment. */
const told = (callId: string, heard: Promise<void>) => {
  let done = false;
  void heard.then(() => {
    done = true;
  });
  return until("the ending is heard", async () => {
    await bed.queue.announceEnding(callId);
    return done;
  });
};

test("an announced ending wakes every run that waits for that call, and no other", async () => {
  const { ids } = await bed.rows(2);
  for (const id of ids) await bed.place(id);
  const { endings } = listen(SELDOM_MS);
  const waits = [endings.of(ids[0]!, goOn), endings.of(ids[0]!, goOn)];
  let other = "waits";
  const stopping = new AbortController();
  const another = endings.of(ids[1]!, stopping.signal).catch(() => {
    other = "told to end";
  });
  await told(
    ids[0]!,
    Promise.all(waits).then(() => undefined),
  );
  expect(other).toBe("waits");
  stopping.abort(new Error("the worker ends"));
  await another;
});

test("a call that ended before the listening began is not waited for", async () => {
  const { ids } = await bed.rows(1);
  await bed.place(ids[0]!);
  await bed.sql("UPDATE retell_calls SET call_status = 'completed'");
  const { endings } = listen(SELDOM_MS);
  await endings.of(ids[0]!, goOn);
});

test("of thousands of calls that go on, each look asks about some, and in turn about all", async () => {
  const all = Array.from({ length: 2_600 }, () => randomUUID());
  const { endings, looks } = listen(20, async () => []);
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const waits = all.map((id) => endings.of(id, stopping.signal).catch(() => undefined));
  // The first is that of the calls that are new.
  await until("two rounds of looks", () => looks.length > 12);
  expect(looks.slice(1, 11).map((ids) => ids.length)).toEqual(Array(10).fill(520));
  for (const from of [1, 6])
    expect(
      looks
        .slice(from, from + 5)
        .flat()
        .sort(),
    ).toEqual([...all].sort());
  stopping.abort();
  await Promise.all(waits);
});

test("an unannounced ending is found by a look-up in the database, one for all calls", async () => {
  const { ids } = await bed.rows(3);
  for (const id of ids) await bed.place(id);
  const { endings, looks } = listen(20);
  const waits = ids.map((id) => endings.of(id, goOn));
  await until("all three are looked for at once", () => looks.some((look) => look.length === 3));
  await bed.sql("UPDATE retell_calls SET call_status = 'completed'");
  await Promise.all(waits);
});

test("a failed look-up is retried", async () => {
  const { ids } = await bed.rows(1);
  await bed.place(ids[0]!);
  let away = false;
  const { endings, looks } = listen(20, (callIds) =>
    away ? Promise.reject(new Error("away")) : bed.db.calls.ended(callIds),
  );
  const wait = endings.of(ids[0]!, goOn);
  await until("a look came to nothing", () => looks.length > 1);
  away = true;
  const before = looks.length;
  await until("looks failed", () => looks.length > before + 2);
  await bed.sql("UPDATE retell_calls SET call_status = 'completed'");
  away = false;
  await wait;
});

test("an aborted signal rejects the wait with its reason, also if it was aborted before", async () => {
  const { ids } = await bed.rows(1);
  await bed.place(ids[0]!);
  const { endings } = listen(SELDOM_MS);
  const stopping = new AbortController();
  const wait = endings.of(ids[0]!, stopping.signal);
  stopping.abort(new Error("the worker ends"));
  await expect(wait).rejects.toThrow("the worker ends");
  await expect(endings.of(ids[0]!, stopping.signal)).rejects.toThrow("the worker ends");
});

test("a listener that is closed while it subscribes again leaves no unhandled rejection", async () => {
  const redis = new URL(bed.redisUrl);
  const sockets: Socket[] = [];
  let subscriptions = 0;
  const proxy = createServer((client) => {
    const server = createConnection({ host: redis.hostname, port: Number(redis.port || 6379) });
    sockets.push(client, server);
    for (const socket of [client, server]) socket.on("error", () => undefined);
    server.pipe(client);
    client.on("data", (bytes) => {
      const again = /\bsubscribe\r\n/i.test(bytes.toString()) && ++subscriptions > 1;
      if (!again) server.write(bytes);
    });
  });
  await new Promise<void>((resolve) => void proxy.listen(0, "127.0.0.1", resolve));
  const through = new URL(bed.redisUrl);
  through.host = `127.0.0.1:${(proxy.address() as { port: number }).port}`;
  const { ids } = await bed.rows(1);
  await bed.place(ids[0]!);

  const { endings } = listen(SELDOM_MS, undefined, through.href);
  await told(ids[0]!, endings.of(ids[0]!, goOn));
  endings.reconnect();
  await until("it subscribes again, and has no answer", () => subscriptions > 1);
  // Jest fails a test that leaves an unhandled rejection.
  await endings.close();
  await until("its connections are closed", () =>
    sockets.filter((_, i) => i % 2 === 0).every((socket) => socket.destroyed || socket.readableEnded),
  );
  await new Promise(setImmediate);
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => proxy.close(resolve));
});
