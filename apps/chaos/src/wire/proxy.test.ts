import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { Trap } from "./connection.ts";
import { openProxy, type Wireway } from "./proxy.ts";

/** Answers every piece of data with "echo:" and the data. */
let server: Server;
let received: string[];
let wire: Wireway;
let sockets: Socket[];

beforeEach(async () => {
  received = [];
  sockets = [];
  server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (data) => {
      received.push(data.toString());
      socket.write(`echo:${data}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  wire = await openProxy(() => ({ host: "127.0.0.1", port }));
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await wire.close();
  await new Promise((resolve) => server.close(resolve));
});

/** A client whose answers can be waited for. */
async function client() {
  const socket = connect(wire.port, "127.0.0.1");
  sockets.push(socket);
  let text = "";
  let wake = () => {};
  socket.on("data", (data) => {
    text += data;
    wake();
  });
  const closed = new Promise<string>((resolve) => {
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(String(error.code)));
    socket.on("close", () => resolve("closed"));
  });
  await Promise.race([once(socket, "connect").catch(() => undefined), closed]);
  return {
    socket,
    closed,
    get text() {
      return text;
    },
    until: async (expected: string) => {
      while (!text.includes(expected)) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}

const trap = (
  moment: Trap["moment"],
  stages: string[][],
  then: "go on" | "drop",
  note: (what: string) => void,
): Trap => ({
  moment,
  stages,
  spring: async () => {
    note(`sprung with ${received.length} received`);
    return then;
  },
});

test("bytes go through in both directions, in order", async () => {
  const one = await client();
  one.socket.write("a");
  await one.until("echo:a");
  one.socket.write("b");
  await one.until("echo:b");
  expect(one.text).toBe("echo:aecho:b");
});

test("a cut resets what is open and refuses what is new, until it is healed", async () => {
  const one = await client();
  one.socket.write("a");
  await one.until("echo:a");
  await wire.cut();
  expect(await one.closed).toBe("ECONNRESET");
  expect(await (await client()).closed).toBe("ECONNREFUSED");
  await wire.heal();
  const two = await client();
  two.socket.write("c");
  await two.until("echo:c");
});

test("a held wire passes nothing on until it is healed, then everything", async () => {
  const one = await client();
  wire.stall();
  one.socket.write("a");
  const two = await client();
  await Promise.race([two.until("echo"), new Promise((resolve) => setImmediate(resolve))]);
  expect(received).toEqual([]);
  await wire.heal();
  await one.until("echo:a");
});

test("a slow wire is slow by so much, both ways", async () => {
  wire.delay(60);
  const one = await client();
  const from = performance.now();
  one.socket.write("a");
  await one.until("echo:a");
  expect(performance.now() - from).toBeGreaterThan(110);
});

test("before: the server gets nothing if it is dropped, all if it goes on", async () => {
  const notes: string[] = [];
  wire.arm(trap("before", [["needle"]], "drop", (what) => notes.push(what)));
  const one = await client();
  one.socket.write("hay");
  await one.until("echo:hay");
  one.socket.write("a needle");
  expect(await one.closed).toBe("ECONNRESET");
  expect(received).toEqual(["hay"]);
  expect(notes).toEqual(["sprung with 1 received"]);
  wire.arm(trap("before", [["needle"]], "go on", (what) => notes.push(what)));
  const two = await client();
  two.socket.write("a needle");
  await two.until("echo:a needle");
});

test("half: the server gets the first half", async () => {
  wire.arm({
    moment: "half",
    stages: [["needle"]],
    spring: async () => {
      while (received.length === 0) await new Promise((resolve) => setImmediate(resolve));
      return "drop";
    },
  });
  const one = await client();
  one.socket.write("needle");
  expect(await one.closed).toBe("ECONNRESET");
  expect(received).toEqual(["nee"]);
});

test("unanswered: the server has done it, the client never hears", async () => {
  const notes: string[] = [];
  wire.arm(trap("unanswered", [["needle"]], "drop", (what) => notes.push(what)));
  const one = await client();
  one.socket.write("needle");
  expect(await one.closed).toBe("ECONNRESET");
  expect(received).toEqual(["needle"]);
  expect(one.text).toBe("");
  expect(notes).toEqual(["sprung with 1 received"]);
});

test("after: the client has heard", async () => {
  const notes: string[] = [];
  wire.arm(trap("after", [["needle"]], "go on", (what) => notes.push(what)));
  const one = await client();
  one.socket.write("needle");
  await one.until("echo:needle");
  one.socket.write("more");
  await one.until("echo:more");
  expect(notes).toEqual(["sprung with 1 received"]);
});

test("stages come one after another on one connection; texts may lie across two pieces; a trap springs once", async () => {
  const notes: string[] = [];
  wire.arm(trap("before", [["launch", "start"], ["COMMIT"]], "go on", (what) => notes.push(what)));
  const one = await client();
  const two = await client();
  one.socket.write("COMMIT");
  await one.until("echo:COMMIT");
  one.socket.write("lau");
  await one.until("echo:lau");
  one.socket.write("nch");
  await one.until("echo:nch");
  two.socket.write("COMMIT of another");
  await two.until("echo:COMMIT");
  expect(notes).toEqual([]);
  for (const word of ["COMMIT1", "start", "COMMIT2"]) {
    one.socket.write(word);
    await one.until(`echo:${word}`);
  }
  expect(notes).toHaveLength(1);
});
