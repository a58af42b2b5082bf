import { heldReason, Problem, type RetellAgent, type RetellNumber } from "@ringfence/domain";
import type { Directory, Listed } from "@ringfence/retell";

interface Deps {
  directory: Directory;
}

/** All numbers of the Retell account. Throws `unavailable` where Retell does not list them. */
export const listNumbers =
  ({ directory }: Deps) =>
  async (): Promise<RetellNumber[]> =>
    itemsOf(await directory.numbers());

/** All agents of the Retell account that can make phone calls. Throws `unavailable` where Retell does not list them. */
export const listAgents =
  ({ directory }: Deps) =>
  async (): Promise<RetellAgent[]> =>
    itemsOf(await directory.agents());

function itemsOf<Item>(answer: Listed<Item>): Item[] {
  if (answer.kind === "listed") return answer.items;
  throw new Problem(
    "unavailable",
    answer.kind === "barred" ? heldReason.barred(answer.status) : "Retell does not answer; try again",
  );
}
