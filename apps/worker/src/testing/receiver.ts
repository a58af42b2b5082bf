import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";

/** A request that a receiver accepted or refused. */
export interface Received {
  id: string;
  type: string;
  /** The call of the event, or else its batch or campaign. */
  lane: string;
  /** The batch of the event, or else its campaign. */
  of: string;
  /** The call of the event, if there is one. */
  callId: string | null;
  status: number;
}

/**
 * A client's receiver of events on a real port. It answers with the status that `answer` returns, and never if that is
 * null. After `verify` with the webhook's secret, a request not signed with this secret gets 401.
 */
export async function startReceiver() {
  const received: Received[] = [];
  const state = {
    answer: (_request: Omit<Received, "status">): number | null => 204,
    delay: async (): Promise<void> => undefined,
    secret: null as string | null,
  };
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", async () => {
      const body = Buffer.concat(chunks).toString();
      const { type, data } = JSON.parse(body) as { type: string; data: Record<string, string | null> };
      const call = type.startsWith("call.");
      const of = String((type === "batch.completed" ? data.id : data.batch_id) ?? data.campaign_id);
      const request = {
        id: String(req.headers["webhook-id"]),
        type,
        lane: call ? String(data.id) : of,
        of,
        callId: call ? String(data.id) : null,
      };
      let status = state.answer(request);
      try {
        if (state.secret) new Webhook(state.secret).verify(body, req.headers as Record<string, string>);
      } catch {
        status = 401;
      }
      if (status === null) return;
      await state.delay();
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
    /** The accepted requests. */
    taken: () => received.filter(({ status }) => status < 300),
    /** Sets how the receiver answers from now on. */
    answers: (answer: typeof state.answer) => {
      state.answer = answer;
    },
    /** Sets what an answer waits for from now on. */
    delays: (delay: typeof state.delay) => {
      state.delay = delay;
    },
    verify: (secret: string) => {
      state.secret = secret;
    },
    /** Closes the port, so that connections are refused. */
    down: stop,
    /** Opens the same port again. */
    up: () => listen(port),
    close: async () => {
      if (server.listening) await stop();
    },
  };
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;
