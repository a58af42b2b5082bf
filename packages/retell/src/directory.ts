import type { RetellAgent, RetellNumber } from "@ringfence/domain";
import Retell, { APIError } from "retell-sdk";
import { answerOf, type DialAnswer } from "./answers.ts";
import type { RetellAccess } from "./dialer.ts";

/** Longest wait for the answer about one number or agent, in ms: a person is waiting for a campaign to be saved. */
const ONE_TIMEOUT_MS = 2_000;
/** Longest wait for a whole list, all its pages included, in ms. */
const LIST_TIMEOUT_MS = 10_000;
/** How long a list is cached, in ms. */
const KEPT_MS = 60_000;
/** Items per page. Retell documents no maximum; its other lists allow 1,000. */
const PAGE = 100;
/** Pages after which a list that never ends is given up. */
const MOST_PAGES = 1_000;
/** Retell's statuses for an unknown id. */
const NOT_THERE = new Set<unknown>([404, 422]);

/** Whether the account has a number or agent; `unverified`: Retell gave no clear answer within two seconds. */
export type Knowledge = "known" | "unknown" | "unverified";
/** A whole list, or Retell's answer if it did not list. */
export type Listed<Item> = { kind: "listed"; items: Item[] } | Exclude<DialAnswer, { kind: "placed" }>;

/** The numbers and agents of the Retell account. No function here throws. */
export interface Directory {
  /** All numbers, up to a minute old. */
  numbers(): Promise<Listed<RetellNumber>>;
  /** All agents that can make phone calls, up to a minute old. */
  agents(): Promise<Listed<RetellAgent>>;
  /** Asks Retell immediately about this E.164 number, without the cache. */
  knowsNumber(phoneNumber: string): Promise<Knowledge>;
  /** Asks Retell immediately about this agent, without the cache. */
  knowsAgent(agentId: string): Promise<Knowledge>;
}

/** A page of either list. */
interface Page<Item> {
  items?: Item[] | null;
  has_more?: boolean;
  pagination_key?: string;
}

/**
 * Has a client of its own, whose SDK retries are off for the same reasons as in the look-ups: the SDK would wait as long
 * as a Retry-After says, and its time-out covers the headers only. `now` is a clock in ms.
 */
export function createDirectory(access: RetellAccess, now: () => number = () => performance.now()): Directory {
  const client = new Retell({
    apiKey: access.apiKey,
    ...(access.baseUrl && { baseURL: access.baseUrl }),
    maxRetries: 0,
    timeout: LIST_TIMEOUT_MS,
    logLevel: "off",
  });

  const numbers = kept(now, async () => {
    const all = await everyPage((page, options) => client.phoneNumber.list(page, options));
    return all.map(
      ({ phone_number, nickname, outbound_agents }): RetellNumber => ({
        phone_number,
        nickname: nickname || null,
        agent_ids: (outbound_agents ?? []).map(({ agent_id }) => agent_id),
      }),
    );
  });
  const agents = kept(now, async () => {
    const all = await everyPage((page, options) => client.agent.list(page, options));
    return all
      .filter(({ channel }) => channel !== "chat")
      .map(({ agent_id, agent_name }): RetellAgent => ({ agent_id, name: agent_name || null }));
  });

  return {
    numbers: () => listed(numbers),
    agents: () => listed(agents),
    knowsNumber: (phoneNumber) => known((options) => client.phoneNumber.retrieve(phoneNumber, options)),
    knowsAgent: (agentId) => known((options) => client.agent.retrieve(agentId, {}, options)),
  };
}

/** Asks about one number or agent and classifies the answer. The signal's time-out includes the body. */
async function known(ask: (options: { signal: AbortSignal }) => Promise<unknown>): Promise<Knowledge> {
  try {
    await ask({ signal: AbortSignal.timeout(ONE_TIMEOUT_MS) });
    return "known";
  } catch (error) {
    return error instanceof APIError && NOT_THERE.has(error.status) ? "unknown" : "unverified";
  }
}

async function listed<Item>(load: () => Promise<Item[]>): Promise<Listed<Item>> {
  try {
    return { kind: "listed", items: await load() };
  } catch (error) {
    return answerOf(error);
  }
}

/** Every item of a list. Throws when Retell fails or takes too long, or when the list has too many pages. */
async function everyPage<Item>(
  ask: (page: { limit: number; pagination_key?: string }, options: { signal: AbortSignal }) => PromiseLike<Page<Item>>,
): Promise<Item[]> {
  const all: Item[] = [];
  const giveUpAt = performance.now() + LIST_TIMEOUT_MS;
  let next: { pagination_key?: string } = {};
  for (let page = 0; page < MOST_PAGES; page++) {
    const signal = AbortSignal.timeout(Math.max(0, Math.round(giveUpAt - performance.now())));
    const { items, has_more, pagination_key } = await ask({ limit: PAGE, ...next }, { signal });
    all.push(...(items ?? []));
    if (!has_more || !pagination_key) return all;
    next = { pagination_key };
  }
  throw new Error(`the list has more than ${MOST_PAGES} pages`);
}

/** Caches a list for a minute. Callers that ask while it loads share the request. A failure is not cached. */
function kept<Item>(now: () => number, load: () => Promise<Item[]>): () => Promise<Item[]> {
  let last: { items: Item[]; at: number } | null = null;
  let underWay: Promise<Item[]> | null = null;
  return () => {
    if (last && now() - last.at < KEPT_MS) return Promise.resolve(last.items);
    underWay ??= load()
      .then((items) => {
        last = { items, at: now() };
        return items;
      })
      .finally(() => {
        underWay = null;
      });
    return underWay;
  };
}
