import { Redis } from "ioredis";
import { findFreePort } from "../processes/free-port.ts";
import { untilRefused } from "../testing/clone-for-tests.ts";
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

  describe("without waiting for a timer", () => {
    // Unmended, each of these spends at least 45 s of its time waiting; mended it takes a second or two of work.
    const LIMIT_MS = 40_000;
    const values = (count: number, length: number) =>
      Array.from({ length: count }, (_, nth) => `${nth}`.padStart(length, "v"));

    const repeat = async <Answer>(times: number, ask: () => Promise<Answer>, answer: Answer) => {
      for (let nth = 0; nth < times; nth += 1) expect(await ask()).toBe(answer);
    };

    it(
      "answers lone commands",
      async () => {
        const client = connect();
        await repeat(500, () => client.ping(), "PONG");
      },
      LIMIT_MS,
    );

    it(
      "answers pipelines",
      async () => {
        const client = connect();
        const commands = values(100, 400).map((value) => ["echo", value]);
        const send = async () => (await client.pipeline(commands).exec())?.length;
        await repeat(450, send, 100);
      },
      LIMIT_MS,
    );

    it(
      "takes in long commands",
      async () => {
        const client = connect();
        const members = values(3_000, 10);
        await client.sadd("many", ...members);
        await repeat(450, () => client.sadd("many", ...members), 0);
      },
      LIMIT_MS,
    );

    it.each([
      ["a few blocks", { count: 200, length: 100, times: 1_050 }], // the last of them was Nagle's to hold
      ["a megabyte", { count: 200, length: 5_000, times: 75 }],
    ])(
      "gives replies of %s",
      async (_, { count, length, times }) => {
        const client = connect();
        await client.del("long");
        await client.rpush("long", ...values(count, length));
        const read = async () => (await client.lrange("long", 0, -1)).length;
        await repeat(times, read, count);
      },
      LIMIT_MS,
    );
  });

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
