/** After sending the claim, a worker may start its create-call request only within this many ms; later, its claim is void. */
export const staleClaimMs = (dialTimeoutMs: number): number => dialTimeoutMs / 4;

/** A dial whose claim is older than this many ms has ended: claim to send, and send to time-out, together. A stop waits for younger ones. */
export const openDialMs = (dialTimeoutMs: number): number => dialTimeoutMs + staleClaimMs(dialTimeoutMs);
