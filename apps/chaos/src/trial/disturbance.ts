import { now, type Span } from "../clock.ts";
import type { Wire } from "../wire/wire-points.ts";

/** What was disturbed, whose, and when; a spot for what the invariants have to know. */
export interface Disturbance extends Span {
  what: Wire | "api";
}

/** Notes a disturbance that lasts until the returned function is called. */
export function disturb(world: { disturbances: Disturbance[] }, what: Disturbance["what"]): () => void {
  const disturbance: Disturbance = { what, from: now(), to: Number.POSITIVE_INFINITY };
  world.disturbances.push(disturbance);
  return () => {
    disturbance.to = now();
  };
}
