import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { checkReadiness } from "@ringfence/campaigns";
import { type Metrics, StartError } from "@ringfence/runtime";

/** What the worker reports about itself over HTTP. */
export interface HealthParts {
  host: string;
  port: number;
  metrics: Metrics;
  checkReadiness: ReturnType<typeof checkReadiness>;
}

/** Serves a worker's own `/metrics`, `/healthz` and `/readyz`, without a key. Throws `StartError` if the port is taken. */
export async function serveHealth({ host, port, metrics, checkReadiness }: HealthParts) {
  const server = createServer((req, res) => {
    const answer = (status: number, type: string, body: string) =>
      res.writeHead(status, { "content-type": type }).end(body);
    const json = (status: number, body: object) =>
      answer(status, "application/json; charset=utf-8", JSON.stringify(body));
    const respond = async () => {
      switch (req.method === "GET" ? req.url?.split("?")[0] : null) {
        case "/healthz":
          return json(200, { status: "ok" });
        case "/readyz": {
          const { ready, ...parts } = await checkReadiness();
          return json(ready ? 200 : 503, { status: ready ? "ready" : "not ready", ...parts });
        }
        case "/metrics":
          return answer(200, metrics.registry.contentType, await metrics.registry.metrics());
        default:
          return json(404, { status: "not found" });
      }
    };
    respond().catch(() => res.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        new StartError(`Cannot listen on ${host}:${port} (${error.code}); set HOST and METRICS_PORT to a free address`),
      ),
    );
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
