import { listOfAll, RetellAgent, RetellNumber } from "@ringfence/domain";
import type { Operation } from "../http/operation.ts";

export const retellOperations: Operation[] = [
  {
    method: "get",
    path: "/v1/retell/numbers",
    id: "listRetellNumbers",
    tag: "Retell",
    summary: "List the numbers that campaigns may call from",
    description: "All of them, up to a minute old. 503 where Retell does not answer.",
    needs: "viewer",
    answer: { status: 200, description: "Every number", schema: listOfAll(RetellNumber) },
  },
  {
    method: "get",
    path: "/v1/retell/agents",
    id: "listRetellAgents",
    tag: "Retell",
    summary: "List the agents that can make phone calls",
    description: "All of them, up to a minute old. 503 where Retell does not answer.",
    needs: "viewer",
    answer: { status: 200, description: "Every agent", schema: listOfAll(RetellAgent) },
  },
];
