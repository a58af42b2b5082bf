import { once } from "node:events";
import { connect } from "node:net";
import { type EmbeddedValkey, startValkey } from "@ringfence/embedded";

const START_TRIES = 20;
const START_AGAIN_MS = 100;

/** The Redis of one world. */
export interface WorldRedis {
  /** Where the primary is now. */
  url(): string;
  /** Ends Redis, with all it held, and starts it anew on the same port; null where it is not ours. */
  restart: ((downMs: number) => Promise<void>) | null;
  /**
   * Another, empty server becomes the primary; the one before becomes its replica and stays up, with every connection that
   * leads to it. Null where it is not ours.
   */
  failOver: (() => Promise<void>) | null;
  close(): Promise<void>;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A Redis that runs already and that others use too. */
export const useRedis = (url: string): WorldRedis => ({
  url: () => url,
  restart: null,
  failOver: null,
  close: async () => undefined,
});

/** Starts a Redis of the world's own. */
export async function startRedis(): Promise<WorldRedis> {
  let primary: EmbeddedValkey = await startValkey();
  const replicas: EmbeddedValkey[] = [];
  let turn: Promise<void> = Promise.resolve();
  /** One after the other: a server that is being restarted can become nobody's replica. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  };
  return {
    url: () => primary.url,
    restart: (downMs) =>
      inTurn(async () => {
        const port = Number(new URL(primary.url).port);
        await primary.close();
        await pause(downMs);
        primary = await insist(() => startValkey({ port }));
      }),
    failOver: () =>
      inTurn(async () => {
        const before = primary;
        replicas.push(before);
        primary = await startValkey();
        await command(before.url, "REPLICAOF", "127.0.0.1", new URL(primary.url).port);
      }),
    close: async () => {
      await Promise.all([primary, ...replicas].map((server) => server.close()));
    },
  };
}

/** Sends one inline command (redis.io/docs/latest/develop/reference/protocol-spec, "Inline commands"). */
async function command(url: string, ...words: string[]): Promise<void> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.write(`${words.join(" ")}\r\n`);
  await once(socket, "data");
  socket.destroy();
}

/** An outgoing connection of somebody may have taken the port for a moment. */
async function insist<Started>(start: () => Promise<Started>): Promise<Started> {
  for (let tries = 1; ; tries++) {
    try {
      return await start();
    } catch (error) {
      if (tries === START_TRIES) throw error;
      await pause(START_AGAIN_MS);
    }
  }
}
