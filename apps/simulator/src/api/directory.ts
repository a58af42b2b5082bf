import { z } from "zod";
import { type Answer, refuse } from "./answers.ts";

/** The agent of a call that names none. */
export const DEFAULT_AGENT_ID = "agent_sim";
/** Items of a page where the caller does not say, and the most of one page. */
const PAGE = 50;
const LARGEST_PAGE = 1_000;
/** When numbers and agents were last changed, unix milliseconds; any time will do. */
const CHANGED_AT = 1_795_300_000_000;

/** A number that the workspace may call from; a bare text is a number without a nickname. */
export const OwnNumber = z.union([
  z.string(),
  z.strictObject({
    phone_number: z.string(),
    nickname: z.string().optional(),
    /** The agents that answer for it; by default the simulator's own. */
    agent_ids: z.array(z.string()).optional(),
  }),
]);
/** See the schema of the same name. */
export type OwnNumber = z.infer<typeof OwnNumber>;

/** An agent of the workspace; a bare text is an id without a name. */
export const OwnAgent = z.union([
  z.string(),
  z.strictObject({
    agent_id: z.string(),
    agent_name: z.string().optional(),
    channel: z.enum(["voice", "chat"]).optional(),
  }),
]);
/** See the schema of the same name. */
export type OwnAgent = z.infer<typeof OwnAgent>;

/** What the account option says of numbers and agents; `null` = every number, or agent, is known. */
export interface Known {
  numbers: OwnNumber[] | null;
  agents: OwnAgent[] | null;
}

/** What is listed where every number, or agent, is known. */
const ANY_NUMBER: OwnNumber[] = [{ phone_number: "+12025550199", nickname: "Simulated number" }];
const ANY_AGENT: OwnAgent[] = [DEFAULT_AGENT_ID];

const idOfNumber = (own: OwnNumber): string => (typeof own === "string" ? own : own.phone_number);
const idOfAgent = (own: OwnAgent): string => (typeof own === "string" ? own : own.agent_id);

/** Whether the workspace may call from this number. */
export const knowsNumber = ({ numbers }: Pick<Known, "numbers">, number: string): boolean =>
  numbers === null || numbers.some((own) => idOfNumber(own) === number);

/** Whether the workspace has this agent. */
export const knowsAgent = ({ agents }: Pick<Known, "agents">, agentId: string): boolean =>
  agents === null || agents.some((own) => idOfAgent(own) === agentId);

function numberView(own: OwnNumber) {
  const {
    phone_number,
    nickname,
    agent_ids = [DEFAULT_AGENT_ID],
  } = typeof own === "string" ? { phone_number: own } : own;
  return {
    phone_number,
    phone_number_type: "retell-twilio",
    ...(nickname !== undefined && { nickname }),
    last_modification_timestamp: CHANGED_AT,
    outbound_agents: agent_ids.map((agent_id) => ({ agent_id, weight: 1 / agent_ids.length })),
  };
}

function agentView(own: OwnAgent) {
  const { agent_id, agent_name = "Sim agent", channel = "voice" } = typeof own === "string" ? { agent_id: own } : own;
  return { agent_id, agent_name, channel, tags: {}, user_modified_timestamp: CHANGED_AT };
}

const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(LARGEST_PAGE).default(PAGE),
  pagination_key: z.string().optional(),
  sort_order: z.enum(["ascending", "descending"]).default("descending"),
});

/** A page of a list in the order of the option; the pagination key is the last item's id. An unknown key is 400. */
function page<Own>(
  all: readonly Own[],
  idOf: (own: Own) => string,
  view: (own: Own) => object,
  query: unknown,
): Answer {
  const parsed = PageQuery.safeParse(query);
  if (!parsed.success) return refuse(400);
  const { limit, pagination_key, sort_order } = parsed.data;
  const ordered = sort_order === "descending" ? all : [...all].reverse();
  const before = pagination_key === undefined ? -1 : ordered.findIndex((own) => idOf(own) === pagination_key);
  if (pagination_key !== undefined && before === -1) return refuse(400);
  const items = ordered.slice(before + 1, before + 1 + limit);
  const last = items.at(-1);
  const hasMore = before + 1 + items.length < ordered.length;
  return {
    status: 200,
    body: {
      items: items.map(view),
      has_more: hasMore,
      ...(hasMore && last !== undefined && { pagination_key: idOf(last) }),
    },
  };
}

/** Answers GET /v2/list-phone-numbers. */
export const listNumbers = ({ numbers }: Known, query: unknown): Answer =>
  page(numbers ?? ANY_NUMBER, idOfNumber, numberView, query);

/** Answers POST /v2/list-agents. Filters in the body are not simulated. */
export const listAgents = ({ agents }: Known, query: unknown): Answer =>
  page(agents ?? ANY_AGENT, idOfAgent, agentView, query);

/** Answers GET /get-phone-number/:n. */
export function getNumber(known: Known, number: string): Answer {
  if (!knowsNumber(known, number)) return refuse(422);
  const own = (known.numbers ?? ANY_NUMBER).find((other) => idOfNumber(other) === number) ?? number;
  return { status: 200, body: numberView(own) };
}

/** Answers GET /get-agent/:id, with as much of an agent as anybody asks for here. */
export function getAgent(known: Known, agentId: string): Answer {
  if (!knowsAgent(known, agentId)) return refuse(422);
  const own = (known.agents ?? ANY_AGENT).find((other) => idOfAgent(other) === agentId) ?? agentId;
  const { user_modified_timestamp, agent_id, agent_name, channel } = agentView(own);
  return {
    status: 200,
    body: {
      agent_id,
      agent_name,
      channel,
      version: 1,
      is_published: true,
      last_modification_timestamp: user_modified_timestamp,
    },
  };
}
