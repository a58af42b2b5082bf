import { setTimeout as sleep } from "node:timers/promises";
import { type Client, RingfenceError } from "@ringfence/client";
import { endedCalls, type Look, lookFrom, lookOn } from "@ringfence/domain";
import { isAway } from "../away.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { isStill, type Moment, momentOf, type Subject } from "./moment.ts";
import type { Reporter } from "./reporters.ts";

const LOOK_EVERY_MS = 1_000;

/** What is shown, where, and until when. */
export interface Showing {
  /** A client that never retries, because each poll is followed by another. */
  client: Client;
  subject: Subject;
  reporter: Reporter;
  signal?: AbortSignal;
  /** Interval between two polls, in ms; 1,000 unless given. */
  everyMs?: number;
  /** Ends the showing before the last call has ended. */
  until?: (figures: Figures) => boolean;
}

/**
 * Shows a batch or a campaign as it changes, until no call is left, and through outages of the API. Returns the last
 * poll; throws what the API refuses, and the signal's reason.
 */
export async function show(showing: Showing): Promise<Moment> {
  const { client, subject, reporter, signal, everyMs = LOOK_EVERY_MS, until = () => false } = showing;
  let look: Look | null = null;
  for (let away = false; ; await sleep(everyMs, undefined, signal && { signal })) {
    try {
      const [seen, lines] = await Promise.all([
        seenOf(client, subject, signal),
        client.GET("/v1/lines", signal && { signal }),
      ]);
      if (away) reporter.back();
      away = false;
      const sample = { at: Date.now(), ended: endedCalls(seen) };
      look = lookOn(look ?? lookFrom(startOf(seen) ?? sample), sample, isStill(figuresOf(seen), lines));
      const moment = momentOf(sample.at, subject, seen, lines, look);
      if (moment.figures.over) {
        reporter.end(moment);
        return moment;
      }
      reporter.look(moment);
      if (until(moment.figures)) {
        reporter.settle();
        return moment;
      }
    } catch (error) {
      const later = isAway(error) || (error instanceof RingfenceError && error.status === 429);
      if (signal?.aborted || !later) throw error;
      if (!away) reporter.away(error.message);
      away = true;
    }
  }
}

/** Polls a batch or a campaign once. */
function seenOf(client: Client, { kind, id }: Subject, signal?: AbortSignal): Promise<Moment["seen"]> {
  const init = { params: { path: { id } }, ...(signal && { signal }) };
  return kind === "batch" ? client.GET("/v1/batches/{id}", init) : client.GET("/v1/campaigns/{id}", init);
}

/** The calls of a batch begin with it; the API does not say when those of a campaign began. */
const startOf = (seen: Moment["seen"]) =>
  "completed_at" in seen ? { at: Date.parse(seen.created_at), ended: 0 } : null;
