import type { Response } from "express";

/** A reader this many bytes behind is disconnected: it reconnects and gets the state of that moment. */
const MOST_UNREAD = 1_000_000;
/** Delay after which a browser reconnects by itself, in ms. */
const COME_BACK_MS = 2_000;

/** Server-sent events to one client (html.spec.whatwg.org, "Server-sent events"). */
export interface EventStream {
  send(name: string, data: string): void;
  end(): void;
}

/** Starts the answer immediately; `onGone` is called once, whichever side ends it. The headers forbid proxies to cache or buffer. */
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
