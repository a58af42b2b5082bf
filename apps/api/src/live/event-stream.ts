import type { Response } from "express";

/** A reader this far behind, in bytes, is let go: it comes back and gets the state as it is then. */
const MOST_UNREAD = 1_000_000;
/** How soon a browser comes back by itself, in ms. */
const COME_BACK_MS = 2_000;

/** Server-sent events to one client (html.spec.whatwg.org, "Server-sent events"). */
export interface EventStream {
  send(name: string, data: string): void;
  end(): void;
}

/** Begins the answer at once; `onGone` is told once, whoever ends it. No proxy is to keep or gather what is sent. */
export function beginStream(res: Response, onGone: () => void): EventStream {
  let sent = 0;
  res.status(200).set({
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-cache, no-transform",
    "X-Accel-Buffering": "no",
  });
  res.flushHeaders();
  res.write(`retry: ${COME_BACK_MS}\n\n`);
  res.on("close", onGone);
  res.on("error", () => undefined);
  return {
    send: (name, data) => {
      if (res.writableLength > MOST_UNREAD) return void res.destroy();
      res.write(`id: ${++sent}\nevent: ${name}\ndata: ${data}\n\n`);
    },
    end: () => res.end(),
  };
}
