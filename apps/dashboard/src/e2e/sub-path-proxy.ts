import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A proxy that serves `target` below `prefix`, and nothing else; it takes the prefix off if `strips`. */
export async function openSubPathProxy(target: string, prefix: string, strips: boolean) {
  /** Paths that were asked for outside of the prefix. */
  const outside: string[] = [];
  const server = createServer((req, res) => {
    const path = req.url ?? "/";
    if (path !== prefix && !path.startsWith(`${prefix}/`)) {
      outside.push(path);
      res.writeHead(404).end();
      return;
    }
    const headers = { ...req.headers, "x-forwarded-for": "192.0.2.1", "x-forwarded-proto": "http" };
    const passedOn = strips ? path.slice(prefix.length) || "/" : path;
    const onward = request(new URL(passedOn, target), { method: req.method, headers }, (answer) => {
      res.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(res);
    });
    onward.on("error", () => res.destroy());
    res.on("close", () => onward.destroy());
    req.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    outside,
    close: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
