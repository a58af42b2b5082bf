import { Redis } from "ioredis";
import { untilRefused } from "./clone-for-tests.ts";
import { findFreePort } from "./free-port.ts";
import { type EmbeddedValkey, startValkey } from "./start-valkey.ts";

describe("Valkey", () => {
  let valkey: EmbeddedValkey;
  const clients: Redis[] = [];

  beforeAll(async () => {
    valkey = await startValkey();
  });
  afterAll(async () => {
    for (const client of clients) client.disconnect();
    await valkey.close();
  });

  const connect = () => {
    const client = new Redis(valkey.url);
    clients.push(client);
    return client;
  };

  // As shipped, a lone command waits for a timer of 100 ms: 500 of them take 50 s.
  it("answers 500 commands one after the other", async () => {
    const client = connect();
    for (let nth = 0; nth < 500; nth += 1) expect(await client.ping()).toBe("PONG");
  }, 20_000);

  // With Nagle's algorithm each of them takes 40 ms.
  it("answers with 300 long replies one after the other", async () => {
    const client = connect();
    await client.rpush("long", ...Array.from({ length: 5_000 }, (_, nth) => `value ${nth}`));
    for (let nth = 0; nth < 300; nth += 1) expect(await client.lrange("long", 0, -1)).toHaveLength(5_000);
  }, 10_000);

  it("runs Lua", async () => {
    const script = "return redis.call('INCRBY', KEYS[1], ARGV[1])";
    expect(await connect().eval(script, 1, "counter", 7)).toBe(7);
  });

  it("wakes a client that waits for an element", async () => {
    const waiting = connect().blpop("list", 30);
    await connect().rpush("list", "element");
    expect(await waiting).toEqual(["list", "element"]);
  });

  it("publishes to subscribers", async () => {
    const subscriber = connect();
    await subscriber.subscribe("news");
    const heard = new Promise((resolve) => subscriber.once("message", (...message) => resolve(message)));
    await connect().publish("news", "something");
    expect(await heard).toEqual(["news", "something"]);
  });

  it("never evicts", async () => {
    expect(await connect().config("GET", "maxmemory-policy")).toEqual(["maxmemory-policy", "noeviction"]);
  });

  it("listens where it is told to, ends when closed, and may be closed again", async () => {
    const port = await findFreePort();
    const second = await startValkey({ port });
    expect(second.url).toBe(`redis://127.0.0.1:${port}`);
    await Promise.all([second.close(), second.close()]);
    await second.close();
    await untilRefused(second.url);
  });

  it("rejects on a port that is taken, naming the way out", async () => {
    const port = Number(new URL(valkey.url).port);
    await expect(startValkey({ port })).rejects.toThrow(/Set REDIS_URL.*EADDRINUSE/s);
    expect(await connect().ping()).toBe("PONG");
  });

  it("does not hear of options that are meant for this process", async () => {
    const before = process.env.NODE_OPTIONS;
    process.env.NODE_OPTIONS = "--require /nowhere/at/all.cjs";
    try {
      await (await startValkey()).close();
    } finally {
      if (before === undefined) delete process.env.NODE_OPTIONS;
      else process.env.NODE_OPTIONS = before;
    }
  });
});
