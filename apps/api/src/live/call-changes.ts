import type { Database, PlacedCall } from "@ringfence/campaigns";

/** Most calls of one batch that are followed at a time. */
const MOST_FOLLOWED = 1_000;

/**
 * The calls of a batch in progress: `all` of them for a new listener, and those that changed since the last poll, ended
 * calls included. `endedNow` is how many of the changed calls have ended.
 */
export interface BatchCalls {
  all: PlacedCall[];
  changed: PlacedCall[];
  endedNow: number;
}

/**
 * Follows the calls in progress of batches from one poll to the next. A call is read in full only when it appeared,
 * changed, or left because it ended.
 */
export function createCallChanges(db: Pick<Database, "live" | "lists">) {
  let before = new Map<string, Map<string, string>>();
  return {
    look: async (batchIds: readonly string[], withAll: ReadonlySet<string>): Promise<Map<string, BatchCalls>> => {
      if (batchIds.length === 0) return new Map();
      const now = new Map<string, Map<string, string>>(batchIds.map((id) => [id, new Map()]));
      for (const { id, batchId, state } of await db.live.callsInProgress(batchIds, MOST_FOLLOWED)) {
        now.get(batchId)?.set(id, state);
      }
      const changedIds = new Set<string>();
      for (const [batchId, calls] of now) {
        const old = before.get(batchId) ?? new Map<string, string>();
        for (const [id, state] of calls) if (old.get(id) !== state) changedIds.add(id);
        for (const id of old.keys()) if (!calls.has(id)) changedIds.add(id);
      }
      const allIds = [...withAll].flatMap((batchId) => [...(now.get(batchId)?.keys() ?? [])]);
      const wanted = [...new Set([...changedIds, ...allIds])];
      const rows = wanted.length === 0 ? [] : await db.lists.callsByIds(wanted);
      before = now;
      const answer = new Map<string, BatchCalls>(batchIds.map((id) => [id, { all: [], changed: [], endedNow: 0 }]));
      for (const row of rows) {
        const ofBatch = answer.get(row.batch_id);
        if (ofBatch && changedIds.has(row.id)) {
          ofBatch.changed.push(row);
          if (hasEnded(row) && !now.get(row.batch_id)?.has(row.id)) ofBatch.endedNow++;
        }
        if (now.get(row.batch_id)?.has(row.id)) answer.get(row.batch_id)?.all.push(row);
      }
      return answer;
    },
  };
}

const hasEnded = ({ call_status }: PlacedCall) => call_status === "completed" || call_status === "failed";

export type CallChanges = ReturnType<typeof createCallChanges>;
