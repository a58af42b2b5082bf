import { listOfAll, RetellAgent, RetellNumber } from "@ringfence/domain";
import { NO_QUERY, operation } from "../http/operation.ts";
import { seenBy } from "../http/views.ts";

/** The numbers and agents of the Retell account. */
export const retellOperations = [
  operation({
    method: "get",
    path: "/retell/numbers",
    id: "listRetellNumbers",
    tag: "Retell",
    summary: "List the numbers that campaigns may call from",
    description: "The list may be up to a minute old. 503 if Retell does not answer.",
    needs: "viewer",
    query: NO_QUERY,
    answer: { status: 200, description: "Every number", schema: listOfAll(RetellNumber) },
    handle: async ({ role }, { listNumbers }) => seenBy(role, { items: await listNumbers() }),
  }),
  operation({
    method: "get",
    path: "/retell/agents",
    id: "listRetellAgents",
    tag: "Retell",
    summary: "List the agents that can make phone calls",
    description: "The list may be up to a minute old. 503 if Retell does not answer.",
    needs: "viewer",
    query: NO_QUERY,
    answer: { status: 200, description: "Every agent", schema: listOfAll(RetellAgent) },
    handle: async ({ role }, { listAgents }) => seenBy(role, { items: await listAgents() }),
  }),
];
