import { Agent, type ClientRequest, request } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";

/** One POST that is under way. */
export interface Posting {
  /** The status answered, or null if none came. Never rejects. */
  answered: Promise<number | null>;
  /** Breaks it off; `answered` becomes null. */
  abort(): void;
}

/** Posts over kept connections: `fetch` costs three times the processor time, and leaves a pool behind that nobody can close. */
export interface Poster {
  post(url: string, headers: Record<string, string>, body: string): Posting;
  /** Closes the idle connections; to be called when nothing is under way. */
  close(): void;
}

/** Creates a poster with connections of its own. */
export function createPoster(): Poster {
  const agents = {
    "http:": new Agent({ keepAlive: true }),
    "https:": new TlsAgent({ keepAlive: true }),
  };

  return {
    post(url, headers, body) {
      let current: ClientRequest | undefined;
      let aborted = false;
      const send = (resolve: (status: number | null) => void) => {
        const secure = url.startsWith("https:");
        const agent = agents[secure ? "https:" : "http:"];
        const length = Buffer.byteLength(body);
        const options = { method: "POST", agent, headers: { ...headers, "content-length": length } };
        let heard = false;
        const sent = (secure ? tlsRequest : request)(url, options, (res) => {
          heard = true;
          res.on("error", () => {});
          res.resume(); // the connection is free for the next post only when the answer has been read
          res.once("close", () => resolve(res.complete ? (res.statusCode ?? null) : null));
        });
        current = sent;
        sent.on("error", () => {
          // A kept connection that the receiver was just closing says nothing about the receiver: try a fresh one.
          if (sent.reusedSocket && !heard && !aborted) send(resolve);
          else resolve(null);
        });
        sent.end(body);
      };
      const answered = new Promise<number | null>((resolve) => {
        try {
          send(resolve);
        } catch {
          resolve(null); // not an address that anything can be posted to
        }
      });
      return {
        answered,
        abort() {
          aborted = true;
          current?.destroy();
        },
      };
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}
