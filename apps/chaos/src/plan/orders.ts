import type { AccountPatch, FaultSpec, WebhookFaults } from "@ringfence/simulator";
import type { Moment } from "../wire/connection.ts";
import type { PointName, Wire } from "../wire/wire-points.ts";

/** A process of a world. */
export type Who = "api" | "worker 1" | "worker 2" | "worker 3" | "simulator";
export const WORKERS = ["worker 1", "worker 2", "worker 3"] as const satisfies Who[];

/** Whose wires: of one process, of all workers, or of everybody. */
export type Whose = Who | "workers" | "all";

/** What is done when a named point is reached. */
export type Blow = "kill" | "freeze" | "cut" | "stall";

/** One thing that happens in a trial. All times are true ones, in ms; a run scales them. */
export type Order =
  | { kind: "launch"; campaign: number; include: "undialed" | "unreached"; atOnce: number }
  | { kind: "cancel"; campaign: number; mode: "drain" | "hangup" }
  | { kind: "stop"; campaign: number; mode: "drain" | "hangup"; atOnce: number }
  | { kind: "stop mid-launch"; campaign: number; afterMs: number }
  | { kind: "hold"; campaign: number; what: "batch" | "campaign"; forMs: number }
  | { kind: "relaunch"; campaign: number; include: "undialed" | "unreached" }
  | { kind: "lines"; limit?: number; callsPerSecond?: number }
  | { kind: "resume" }
  | { kind: "kill"; who: Who; downMs: number }
  | { kind: "terminate"; who: Who; downMs: number }
  | { kind: "freeze"; who: Who; forMs: number }
  | { kind: "cut" | "stall"; wire: Wire; who: Whose; forMs: number }
  | { kind: "reset"; wire: Wire; who: Whose }
  | { kind: "delay"; wire: Wire; who: Whose; forMs: number; byMs: number }
  | { kind: "end backends" }
  | { kind: "restart"; service: "postgres" | "redis"; downMs: number }
  | { kind: "empty redis" }
  | { kind: "fail over" }
  | { kind: "request fault"; fault: FaultSpec; forMs: number }
  | { kind: "webhook fault"; faults: WebhookFaults; forMs: number }
  | { kind: "account"; patch: AccountPatch; forMs: number }
  | { kind: "forget" }
  | { kind: "point"; point: PointName; moment: Moment; blow: Blow; nth: number; forMs: number };

/** An order and when it is due, in true ms from the trial's beginning. */
export interface Step {
  atMs: number;
  order: Order;
}
