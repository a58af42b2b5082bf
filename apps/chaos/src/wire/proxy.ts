import { connect, createServer, type Server, type Socket } from "node:net";
import { type Connection, openConnection, type Trap, type WireState } from "./connection.ts";

/** Below the ports that systems hand out to outgoing connections, so that nobody takes ours while it is cut. */
const PORTS = { from: 20_000, to: 31_999 };
const PORT_TRIES = 200;
const LISTEN_AGAIN_MS = 20;

/** A wire that can be cut, held, slowed, watched and trapped. */
export interface Wireway {
  readonly port: number;
  /** Resets every connection and refuses new ones until `heal`. */
  cut(): Promise<void>;
  /** Resets every connection; new ones are taken. */
  reset(): void;
  /** Holds every byte, in both directions, until `heal`. */
  stall(): void;
  /** Lets every piece of data arrive so many ms late until `heal`. */
  delay(ms: number): void;
  heal(): Promise<void>;
  /** Waits for data that tells of a named point; once. Returns what disarms it. */
  arm(trap: Trap): () => void;
  close(): Promise<void>;
}

/** Opens a wire to wherever `target` says at the time of each connection. `watch` hears all that clients send. */
export async function openProxy(
  target: () => { host: string; port: number },
  watch: WireState["watch"] = null,
): Promise<Wireway> {
  const connections = new Set<Connection>();
  const state: WireState = { delayMs: 0, held: null, traps: new Set(), watch };
  let letGo: (() => void) | null = null;
  let isCut = false;

  const take = (near: Socket) => {
    if (isCut) return void near.resetAndDestroy();
    const connection = openConnection(near, connect({ ...target(), allowHalfOpen: true }), state);
    connections.add(connection);
    connection.onClose(() => connections.delete(connection));
  };
  let server = await listenSomewhere(take);
  const { port } = server.address() as { port: number };

  const resetAll = () => {
    for (const connection of [...connections]) connection.reset();
  };
  const release = () => {
    letGo?.();
    letGo = null;
    state.held = null;
  };
  const closeServer = (): Promise<unknown> =>
    server.listening ? new Promise((resolve) => server.close(resolve)) : Promise.resolve();

  return {
    port,
    cut: async () => {
      isCut = true;
      const closed = closeServer();
      resetAll();
      await closed;
    },
    reset: resetAll,
    stall: () => {
      state.held ??= new Promise((resolve) => {
        letGo = resolve;
      });
    },
    delay: (ms) => {
      state.delayMs = ms;
    },
    heal: async () => {
      state.delayMs = 0;
      release();
      isCut = false;
      while (!server.listening) {
        server = await listen(take, port).catch(async () => {
          await new Promise((resolve) => setTimeout(resolve, LISTEN_AGAIN_MS));
          return server;
        });
      }
    },
    arm: (trap) => {
      state.traps.add(trap);
      return () => state.traps.delete(trap);
    },
    close: async () => {
      isCut = true;
      const closed = closeServer();
      resetAll();
      release();
      await closed;
    },
  };
}

function listen(take: (near: Socket) => void, port: number): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, take);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

async function listenSomewhere(take: (near: Socket) => void): Promise<Server> {
  for (let tries = 1; ; tries++) {
    const port = PORTS.from + Math.floor(Math.random() * (PORTS.to - PORTS.from));
    try {
      return await listen(take, port);
    } catch (error) {
      if (tries === PORT_TRIES) throw error;
    }
  }
}
