import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Retell from "retell-sdk";
import type { PhoneCall } from "../index.ts";

/** One webhook as it came in. */
export interface Letter {
  event: string;
  call: PhoneCall;
  /** What Retell's own verification says of its signature. */
  genuine: boolean;
  signature: string;
  /** Unix milliseconds. */
  arrivedAt: number;
}

/** A server that receives webhooks, verifies them with the SDK and answers 204, 401 to a forged one, or what it is told to. */
export interface Inbox {
  readonly url: string;
  readonly letters: readonly Letter[];
  /** The events received so far, in order of arrival. Nothing promises that this is the order they were sent in. */
  events(): string[];
  /** Connections open now. */
  connections(): number;
  /** The first letter about this event. Throws if there is none. */
  about(event: string): Letter;
  /** The status of the next answers, in turn; `null` = never answer. Then as before. */
  answerNext(...statuses: (number | null)[]): void;
  close(): Promise<void>;
}

/** Opens an inbox for webhooks signed with this key. */
export async function openInbox(key: string): Promise<Inbox> {
  const letters: Letter[] = [];
  const statuses: (number | null)[] = [];
  const server = createServer(async (req, res) => {
    const arrivedAt = Date.now();
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks).toString("utf8");
    const signature = String(req.headers["x-retell-signature"] ?? "");
    const genuine = await Retell.verify(raw, key, signature);
    letters.push({ ...(JSON.parse(raw) as Pick<Letter, "event" | "call">), genuine, signature, arrivedAt });
    const status = statuses.length > 0 ? statuses.shift() : genuine ? 204 : 401;
    if (status === null || status === undefined) return;
    res.writeHead(status).end();
  });
  server.keepAliveTimeout = 0; // only the sender lets go
  let connections = 0;
  server.on("connection", (socket) => {
    connections += 1;
    socket.once("close", () => {
      connections -= 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    letters,
    connections: () => connections,
    events: () => letters.map((letter) => letter.event),
    about(event) {
      const letter = letters.find((candidate) => candidate.event === event);
      if (!letter) throw new Error(`No ${event} among ${letters.length} letters`);
      return letter;
    },
    answerNext(...next) {
      statuses.push(...next);
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
