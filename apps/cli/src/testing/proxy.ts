import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A proxy in front of an API that answers 503 itself if `isAway` says so, and passes every other request on. */
export async function startProxy(target: string, isAway: (method: string, path: string) => boolean) {
  const server = createServer((asked, answer) => {
    const { method = "", url = "", headers } = asked;
    if (isAway(method, url)) {
      asked.resume();
      return void answer.writeHead(503, { "content-type": "text/plain" }).end("The API is away");
    }
    const passed = request(`${target}${url}`, { method, headers }, (come) => {
      answer.writeHead(come.statusCode!, come.headers);
      come.pipe(answer);
    });
    passed.on("error", () => answer.destroy());
    asked.pipe(passed);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
