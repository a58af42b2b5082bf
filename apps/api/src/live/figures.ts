import type { Database, Log } from "@ringfence/campaigns";
import type { LiveEvents, Role } from "@ringfence/domain";
import { seenBy, seesMasked } from "../http/views.ts";
import type { EventStream } from "./event-stream.ts";
import type { Listener } from "./listener.ts";

/** Interval between two counts, in ms: `campaign` and `reasons` together are sent at most once a second for a batch. */
const COUNT_EVERY_MS = 2_100;
/** Pause after a count, as a multiple of its duration: a campaign of a million calls must not keep a core busy. */
const REST_AFTER_COUNT = 9;

/**
 * Figures that change with a batch and are slow to count: those of its campaign, and why calls ended. They are counted
 * rarely, once for all listeners, in parallel with the polls, and again after the last change.
 */
export function createFigures(
  { db, log }: { db: Pick<Database, "campaigns" | "lists">; log: Log },
  listeners: ReadonlyMap<EventStream, Listener>,
) {
  /** Batches that changed since the last count began, with their campaigns. */
  let changed = new Map<string, string>();
  let counting = false;
  let restsUntil = 0;

  const tell = async (batches: ReadonlyMap<string, string>, startedAt: number) => {
    const age = () => Math.ceil(performance.now() - startedAt);
    const campaigns = await db.campaigns.byIds([...new Set(batches.values())]);
    const campaignAge = age();
    const campaignText = once((campaign: LiveEvents["campaign"]["campaign"], role: Role) =>
      JSON.stringify({ campaign: seenBy(role, campaign), age_ms: campaignAge } satisfies LiveEvents["campaign"]),
    );
    for (const [stream, { topic, role }] of listeners) {
      const only = topic.campaign_id ?? (topic.batch_id && (batches.get(topic.batch_id) ?? null));
      for (const campaign of campaigns) {
        if (only === undefined || campaign.id === only) stream.send("campaign", campaignText(campaign, role));
      }
    }
    const asked = new Map<string, { topic: Listener["topic"]; role: Role }>();
    for (const { topic, role } of listeners.values()) {
      const isConcerned = topic.batch_id
        ? batches.has(topic.batch_id)
        : campaigns.some(({ id }) => id === topic.campaign_id);
      if (isConcerned) asked.set(reasonsKey(topic, role), { topic, role });
    }
    for (const [key, { topic, role }] of asked) {
      const of = topic.batch_id ? { batchId: topic.batch_id } : { campaignId: topic.campaign_id! };
      const began = performance.now();
      const items = seenBy(role, await db.lists.reasons(of, seesMasked(role)));
      const age_ms = Math.ceil(performance.now() - began);
      const text = JSON.stringify({ ...topic, items, age_ms } satisfies LiveEvents["reasons"]);
      for (const [stream, listener] of listeners) {
        if (reasonsKey(listener.topic, listener.role) === key) stream.send("reasons", text);
      }
    }
  };

  const count = async () => {
    const batches = changed;
    const startedAt = performance.now();
    changed = new Map();
    counting = true;
    try {
      await tell(batches, startedAt);
    } catch (error) {
      log.warn({ err: error }, "live figures could not be counted; retrying");
      changed = new Map([...batches, ...changed]);
    } finally {
      counting = false;
      const now = performance.now();
      restsUntil = now + Math.max(COUNT_EVERY_MS, (now - startedAt) * REST_AFTER_COUNT);
    }
  };

  return {
    /** Notes that a batch changed, or that a new listener asks for it. */
    note: (batch: { id: string; campaign_id: string }): void => void changed.set(batch.id, batch.campaign_id),
    /** Starts a count if it is due; does not wait for it. */
    countIfDue: (): void => {
      if (!counting && changed.size > 0 && performance.now() >= restsUntil) void count();
    },
  };
}

const reasonsKey = ({ batch_id, campaign_id }: Listener["topic"], role: Role) =>
  `${batch_id ?? campaign_id} ${seesMasked(role)}`;

/** Builds each text once for all roles that see the same. */
function once<Thing extends object>(make: (thing: Thing, role: Role) => string): (thing: Thing, role: Role) => string {
  const made = new Map<boolean, Map<Thing, string>>();
  return (thing, role) => {
    const ofKind = made.get(seesMasked(role)) ?? new Map<Thing, string>();
    made.set(seesMasked(role), ofKind);
    const text = ofKind.get(thing) ?? make(thing, role);
    ofKind.set(thing, text);
    return text;
  };
}
