import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { startValkey } from "@ringfence/embedded";
import { until } from "./until.ts";

/** Sends one inline command to a server (redis.io/docs/latest/develop/reference/protocol-spec, "Inline commands"). */
async function command(url: string, ...words: string[]): Promise<void> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.write(`${words.join(" ")}\r\n`);
  const [answer] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  if (!answer.toString().startsWith("+")) throw new Error(`${words[0]}: ${answer.toString().trim()}`);
}

interface Server {
  url: string;
  close(): Promise<void>;
}

/** A server of its own: the binary that TEST_REDIS_SERVER names, such as Debian's redis-server, else the embedded Valkey. */
async function startServer(): Promise<Server> {
  const binary = process.env.TEST_REDIS_SERVER;
  if (!binary) return await startValkey();
  const port = await freePort();
  const child = spawn(binary, ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
  const exited = once(child, "exit");
  const url = `redis://127.0.0.1:${port}`;
  await until("the server answers", () =>
    command(url, "PING").then(
      () => true,
      () => false,
    ),
  );
  return {
    url,
    close: async () => {
      child.kill();
      await exited;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * A Redis behind an address that can be led to another server, as a virtual address or a name is at a failover.
 * `failOver` makes the primary a replica of a new, empty one and leaves it running, with every connection that leads to it;
 * only new connections reach the new one.
 */
export async function openFailover() {
  const [first, second] = await Promise.all([startServer(), startServer()]);
  let target = first.url;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(new URL(target).port), "127.0.0.1");
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket.on("error", () => undefined).on("close", () => other.destroy()));
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failOver: async (): Promise<void> => {
      target = second.url;
      await command(first.url, "REPLICAOF", "127.0.0.1", new URL(second.url).port);
    },
    /** Changes a setting of the server that is the primary now. */
    set: (name: string, value: string) => command(target, "CONFIG", "SET", name, value),
    close: async (): Promise<void> => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all([first.close(), second.close()]);
    },
  };
}
