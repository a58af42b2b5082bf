import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";

const LOOPBACK = "127.0.0.1";

/** A port of 127.0.0.1 that was free a moment ago. Another process may still be quicker: see `isFree`. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, LOOPBACK);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Whether nobody listens on the port now. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, LOOPBACK);
  try {
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
