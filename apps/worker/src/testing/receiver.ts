import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";

/** A request that a receiver took or refused. */
export interface Received {
  id: string;
  type: string;
  /** The batch that it speaks of, or else the campaign. */
  lane: string;
  /** The call, where it speaks of one. */
  callId: string | null;
  status: number;
}

/**
 * A client's receiver of events on a real port. It answers what `answer` says, null: nothing, ever. `verify` with the
 * secret of its webhook: a request that is not signed with it is 401.
 */
export async function startReceiver() {
  const received: Received[] = [];
  const state = {
    answer: (_request: Omit<Received, "status">): number | null => 204,
    secret: null as string | null,
  };
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const { type, data } = JSON.parse(body) as { type: string; data: Record<string, string | null> };
      const call = type.startsWith("call.");
      const request = {
        id: String(req.headers["webhook-id"]),
        type,
        lane: String((call ? data.batch_id : type === "batch.completed" ? data.id : data.batch_id) ?? data.campaign_id),
        callId: call ? String(data.id) : null,
      };
      let status = state.answer(request);
      try {
        if (state.secret) new Webhook(state.secret).verify(body, req.headers as Record<string, string>);
      } catch {
        status = 401;
      }
      if (status === null) return;
      received.push({ ...request, status });
      res.writeHead(status).end();
    });
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}/`,
    /** Every request that was answered, in order. */
    received,
    /** Those that were taken. */
    taken: () => received.filter(({ status }) => status < 300),
    /** How it answers from now on. */
    answers: (answer: typeof state.answer) => {
      state.answer = answer;
    },
    verify: (secret: string) => {
      state.secret = secret;
    },
    /** Its port is closed: connections are refused. */
    down: stop,
    /** Listens again on the same port. */
    up: () => listen(port),
    close: async () => {
      if (server.listening) await stop();
    },
  };
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;
