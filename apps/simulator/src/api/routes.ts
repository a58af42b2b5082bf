import { isLive } from "../calls/calls.ts";
import type { CreateEntry } from "../calls/ledger.ts";
import type { RouteKey } from "../faults.ts";
import type { Service } from "../service.ts";
import { type Answer, refuse } from "./answers.ts";
import { createCall } from "./create-call.ts";
import { getAgent, getNumber, listAgents, listNumbers } from "./directory.ts";
import { listCalls } from "./list-calls.ts";
import { toPhoneCall } from "./views.ts";

/** A request as a route sees it. */
export interface Asked {
  /** The id, or number, in the path, or "". */
  id: string;
  /** What stands behind the "?". */
  query: unknown;
  /** The parsed body; `undefined` = it was no JSON. */
  body: unknown;
  /** The ledger's line for it, if it is a create. */
  entry: CreateEntry | undefined;
}

/** Decides one request whose key is good. */
export type Route = (service: Service, asked: Asked) => Answer | Promise<Answer>;

const getCall: Route = (service, { id }) => {
  const call = service.calls.get(id);
  return call ? { status: 200, body: toPhoneCall(call, service.look()) } : refuse(422);
};

const stopCall: Route = ({ calls, account, lifecycle }, { id }) => {
  const call = calls.get(id);
  if (!call) return refuse(422);
  if (!isLive(call)) return refuse(account.stopEndedStatus, "Call has already ended.");
  if (call.status === "registered" && account.stopRinging === "reject") return refuse(422, "Call is not ongoing.");
  lifecycle.stopSoon(call);
  return { status: 204 };
};

const getConcurrency: Route = ({ calls, account }) => ({
  status: 200,
  body: {
    current_concurrency: calls.live + account.foreignCalls,
    concurrency_limit: account.concurrencyLimit,
    base_concurrency: account.concurrencyLimit,
    purchased_concurrency: 0,
    concurrency_purchase_limit: 100,
    remaining_purchase_limit: 100,
    concurrency_burst_enabled: false,
    concurrency_burst_limit: 0,
    reserved_inbound_concurrency: account.reservedInbound,
  },
});

/** What each request does; the type asks for one entry per route. */
export const HANDLERS: Record<RouteKey, Route> = {
  "POST /v2/create-phone-call": (service, { body, entry }) => (entry ? createCall(service, body, entry) : refuse(500)),
  "GET /v2/get-call/:id": getCall,
  "POST /v3/list-calls": (service, { body }) =>
    listCalls(body, { calls: service.calls, account: service.account, look: service.look(), now: Date.now() }),
  "POST /v2/stop-call/:id": stopCall,
  "GET /get-concurrency": getConcurrency,
  "GET /get-api-key-info": () => ({ status: 200, body: { api_key_name: "sim", org_name: "Simulated org" } }),
  "GET /v2/list-phone-numbers": ({ account }, { query }) => listNumbers(account, query),
  "GET /get-phone-number/:n": ({ account }, { id }) => getNumber(account, id),
  "POST /v2/list-agents": ({ account }, { query }) => listAgents(account, query),
  "GET /get-agent/:id": ({ account }, { id }) => getAgent(account, id),
};
