import { setTimeout as sleep } from "node:timers/promises";
import type { Database, Log } from "@ringfence/campaigns";
import type { BatchView, EventsQuery, LinesView, LiveEvents } from "@ringfence/domain";
import { toBatch, toCall } from "../http/views.ts";
import { type CallChanges, createCallChanges } from "./call-changes.ts";
import type { EventStream } from "./event-stream.ts";
import { createFigures } from "./figures.ts";
import type { Listener } from "./listener.ts";
import { createUnseenEnds, type UnseenEnds } from "./unseen-ends.ts";

/** Interval between two polls, in ms: `batch` and `call` together are sent at most 2.9 times a second for a batch. */
const LOOK_EVERY_MS = 700;
/** Longest time between two signs of life on a stream, in ms. */
const PING_EVERY_MS = 15_000;
/** Interval at which the keys and sessions behind the streams are checked, in ms. A key deleted in this process acts immediately. */
const VALID_EVERY_MS = 5_000;

/**
 * Sends changes to listeners: one poll for all of them, while there are any, and one count of the figures that are slow to
 * count. A new listener gets the current state; then each change is sent, read anew from PostgreSQL, so the last state is
 * always sent. A poll that fails ends all streams: their clients reconnect, and until then see the failure themselves.
 */
export function createLiveFeed(deps: {
  db: Pick<Database, "live" | "lists" | "campaigns" | "audit">;
  viewLines: () => Promise<LinesView>;
  log: Log;
}) {
  const { db, log } = deps;
  const listeners = new Map<EventStream, Listener & { isNew: boolean }>();
  const figures = createFigures(deps, listeners);
  let looking = false;
  let closed = false;
  const nothingTold = (): Told => ({
    batches: new Map(),
    lines: "",
    act: "",
    calls: createCallChanges(db),
    unseen: createUnseenEnds(),
    pingedAt: Date.now(),
  });
  let told = nothingTold();

  const look = async () => {
    const all = [...listeners.values()];
    const ids = [...new Set(all.flatMap(({ topic }) => topic.batch_id ?? []))];
    const [batches, lines, calls, newestAct] = await Promise.all([
      db.live.batches({
        batchIds: ids,
        campaignIds: [...new Set(all.flatMap(({ topic }) => topic.campaign_id ?? []))],
        all: all.some(({ topic }) => !topic.batch_id && !topic.campaign_id),
      }),
      deps.viewLines(),
      told.calls.look(ids, new Set(all.filter(({ isNew }) => isNew).flatMap(({ topic }) => topic.batch_id ?? []))),
      db.audit.newest(),
    ]);
    const linesText = JSON.stringify(lines);
    const actText = JSON.stringify({ newest: newestAct } satisfies LiveEvents["audit"]);
    const texts = new Map(batches.map((batch) => [batch.id, JSON.stringify(batch)]));
    const now = Date.now();
    const others = new Set(
      batches
        .filter((batch) => ids.includes(batch.id) && told.unseen.missed(batch, calls.get(batch.id)?.endedNow ?? 0, now))
        .map(({ id }) => id),
    );
    const callTexts = new Map<string, string>();
    const callText = (batchId: string, which: "changed" | "all", masked: boolean) => {
      const key = `${batchId} ${which} ${masked}`;
      let text = callTexts.get(key);
      if (text === undefined) {
        const views = (calls.get(batchId)?.[which] ?? []).map(toCall(masked ? "viewer" : "admin"));
        const more = which === "changed" && others.has(batchId);
        const event: LiveEvents["call"] = { batch_id: batchId, calls: views, ...(more && { others: true }) };
        text = views.length === 0 && !more ? "" : JSON.stringify(event);
        callTexts.set(key, text);
      }
      return text;
    };

    const ping = now - told.pingedAt >= PING_EVERY_MS;
    for (const [stream, listener] of listeners) {
      if (!all.includes(listener)) continue; // joined while this poll was under way
      const { topic, isNew } = listener;
      for (const batch of batches) {
        const text = texts.get(batch.id)!;
        if (!concerns(topic, batch) || (!isNew && told.batches.get(batch.id) === text)) continue;
        stream.send("batch", listener.role === "viewer" ? JSON.stringify(toBatch("viewer")(batch)) : text);
        figures.note(batch);
      }
      if (topic.batch_id) {
        const text = callText(topic.batch_id, isNew ? "all" : "changed", listener.role === "viewer");
        if (text) stream.send("call", text);
      }
      if (isNew || told.lines !== linesText) stream.send("lines", linesText);
      if (isNew || told.act !== actText) stream.send("audit", actText);
      if (ping) stream.send("ping", "{}");
      listener.isNew = false;
    }
    told = { ...told, batches: texts, lines: linesText, act: actText, pingedAt: ping ? now : told.pingedAt };
  };

  /** Ends the streams whose key or session no longer holds. */
  const dropInvalid = async () => {
    const asked = new Map<string, boolean>();
    for (const [stream, { identityId, stillValid }] of listeners) {
      const holds = asked.get(identityId) ?? (await stillValid());
      asked.set(identityId, holds);
      if (holds) continue;
      stream.end();
      listeners.delete(stream);
    }
  };

  const run = async () => {
    if (looking) return;
    looking = true;
    let checkedAt = Date.now();
    try {
      while (listeners.size > 0 && !closed) {
        await look();
        figures.countIfDue();
        await sleep(LOOK_EVERY_MS);
        if (Date.now() - checkedAt >= VALID_EVERY_MS) {
          checkedAt = Date.now();
          await dropInvalid();
        }
      }
    } catch (error) {
      log.warn({ err: error, streams: listeners.size }, "live events ended: PostgreSQL is away or slow");
      for (const stream of listeners.keys()) stream.end();
      listeners.clear();
    } finally {
      looking = false;
      told = nothingTold();
    }
    if (listeners.size > 0 && !closed) void run(); // joined at the very end
  };

  return {
    /** Adds a listener; its stream first gets the current state. */
    listen: (stream: EventStream, listener: Listener): void => {
      if (closed) {
        stream.end();
        return;
      }
      listeners.set(stream, { ...listener, isNew: true });
      void run();
    },
    leave: (stream: EventStream): void => void listeners.delete(stream),
    /** Checks keys and sessions now. */
    recheck: (): Promise<void> => dropInvalid(),
    /** Ends every stream. */
    close: (): void => {
      closed = true;
      for (const stream of listeners.keys()) stream.end();
      listeners.clear();
    },
  };
}

export type LiveFeed = ReturnType<typeof createLiveFeed>;

/** What was sent so far. */
interface Told {
  batches: Map<string, string>;
  lines: string;
  act: string;
  calls: CallChanges;
  unseen: UnseenEnds;
  pingedAt: number;
}

const concerns = ({ batch_id, campaign_id }: EventsQuery, batch: BatchView): boolean =>
  batch_id !== undefined ? batch.id === batch_id : campaign_id === undefined || batch.campaign_id === campaign_id;
