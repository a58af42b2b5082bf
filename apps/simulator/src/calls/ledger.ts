/** One create-call request, noted when it came in. Ids: `call_id` is the caller's (`metadata.call_id`), `retell_call_id` ours. */
export interface CreateEntry {
  /** When it arrived, unix milliseconds. */
  at: number;
  call_id: string | null;
  retell_call_id: string | null;
  /** Whether a call was made, whatever was answered. */
  accepted: boolean;
  /** What was answered; `null` = nothing (yet). */
  status: number | null;
  /** The SDK's x-stainless-retry-count. */
  retryCount: number;
}

/** One attempt to deliver a webhook. `attempt` 0 = a fault lost it, it was never sent; `status` null = no answer came. */
export interface WebhookEntry {
  at: number;
  call_id: string | null;
  retell_call_id: string;
  event: string;
  attempt: number;
  status: number | null;
}

/** Counts that cost nothing to ask for. */
export interface Tally {
  createRequests: number;
  /** Creates that were accepted. */
  dials: number;
  refused: number;
  /** The most accepted creates of one `metadata.call_id`: above 1, somebody was called twice. */
  maxDialsPerCall: number;
  /** Creates that an SDK sent again by itself. */
  retriedCreates: number;
  webhookAttempts: number;
}

/** The books: who asked for a call, who got one, which webhooks went out. */
export interface Ledger {
  arrived(entry: Pick<CreateEntry, "at" | "call_id" | "retryCount">): CreateEntry;
  accepted(entry: CreateEntry, retellCallId: string): void;
  /** Notes what was answered (`null` = nothing) and counts a refusal; to be called once a create. */
  answered(entry: CreateEntry, status: number | null): void;
  webhook(entry: WebhookEntry): void;
  tally(): Tally;
  snapshot(): {
    creates: CreateEntry[];
    webhooks: WebhookEntry[];
    dialsPerCall: Record<string, number>;
    refusedPerCall: Record<string, number>;
  };
  clear(): void;
}

/** Creates empty books. */
export function createLedger(): Ledger {
  let creates: CreateEntry[] = [];
  let webhooks: WebhookEntry[] = [];
  const dials = new Map<string, number>();
  const refusals = new Map<string, number>();
  const none = { dials: 0, refused: 0, maxDialsPerCall: 0, retriedCreates: 0 };
  let counts = { ...none };

  const raise = (counter: Map<string, number>, callId: string | null): number => {
    if (callId === null) return 1;
    const next = (counter.get(callId) ?? 0) + 1;
    counter.set(callId, next);
    return next;
  };

  return {
    arrived({ at, call_id, retryCount }) {
      const entry = { at, call_id, retell_call_id: null, accepted: false, status: null, retryCount };
      creates.push(entry);
      if (retryCount > 0) counts.retriedCreates += 1;
      return entry;
    },
    accepted(entry, retellCallId) {
      entry.accepted = true;
      entry.retell_call_id = retellCallId;
      counts.dials += 1;
      counts.maxDialsPerCall = Math.max(counts.maxDialsPerCall, raise(dials, entry.call_id));
    },
    answered(entry, status) {
      entry.status = status;
      if (entry.accepted) return;
      counts.refused += 1;
      raise(refusals, entry.call_id);
    },
    webhook(entry) {
      webhooks.push(entry);
    },
    tally: () => ({ ...counts, createRequests: creates.length, webhookAttempts: webhooks.length }),
    snapshot: () => ({
      creates: creates.map((entry) => ({ ...entry })),
      webhooks: webhooks.map((entry) => ({ ...entry })),
      dialsPerCall: Object.fromEntries(dials),
      refusedPerCall: Object.fromEntries(refusals),
    }),
    clear() {
      creates = [];
      webhooks = [];
      dials.clear();
      refusals.clear();
      counts = { ...none };
    },
  };
}
