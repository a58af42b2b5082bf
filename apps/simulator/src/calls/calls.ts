import { randomBytes } from "node:crypto";
import type { Outcome } from "./outcomes.ts";

/** Retell's five states of a call. */
export type CallStatus = "registered" | "ongoing" | "ended" | "not_connected" | "error";

/** What the caller asked for and what was decided at the start; never changes. */
export interface CallStart {
  fromNumber: string;
  toNumber: string;
  agentId: string;
  metadata: Record<string, unknown> | undefined;
  dynamicVariables: Record<string, string> | undefined;
  sipHeaders: Record<string, string>;
  webhook: { url: string | undefined; events: readonly string[]; timeoutMs: number };
  outcome: Outcome;
}

/** One call as the simulator keeps it. Times are unix milliseconds. */
export interface CallRecord extends CallStart {
  /** Its place in the order of creation. */
  readonly seq: number;
  readonly id: string;
  /** `metadata.call_id`: the caller's own id. */
  readonly ourId: string | null;
  readonly createdAt: number;
  status: CallStatus;
  startedAt: number | undefined;
  endedAt: number | undefined;
  reason: string | undefined;
  analyzed: boolean;
  /** The service no longer knows it. */
  forgotten: boolean;
  /** Cancels the next step of its life. */
  cancelNext: (() => void) | undefined;
}

/** Whether the call holds a line. */
export function isLive(call: CallRecord): boolean {
  return (call.status === "registered" || call.status === "ongoing") && !call.forgotten;
}

/** The caller's own id in a call's metadata, if there is one. */
export function ourIdOf(metadata: Record<string, unknown> | undefined): string | null {
  return typeof metadata?.call_id === "string" ? metadata.call_id : null;
}

/** Every call of the workspace, found by id without a scan. */
export interface Calls {
  add(start: CallStart): CallRecord;
  get(id: string): CallRecord | undefined;
  byOurId(ourId: string): readonly CallRecord[];
  /** How many calls a number has had. */
  countTo(toNumber: string): number;
  /** All ever made in order of creation, forgotten ones included; `all[seq]` is the call with that seq. */
  readonly all: readonly CallRecord[];
  /** Calls that hold a line now, and the most there ever were. */
  readonly live: number;
  readonly peak: number;
  /** Gives the line back; to be called once, when a live call is over. */
  release(): void;
  forget(call: CallRecord): void;
  clear(): void;
}

/** Creates an empty store. */
export function createCalls(now: () => number = Date.now): Calls {
  let all: CallRecord[] = [];
  let live = 0;
  let peak = 0;
  const byId = new Map<string, CallRecord>();
  const byOurId = new Map<string, CallRecord[]>();
  const byTarget = new Map<string, number>();

  return {
    get all() {
      return all;
    },
    get live() {
      return live;
    },
    get peak() {
      return peak;
    },
    add(start) {
      const call: CallRecord = {
        ...start,
        seq: all.length,
        id: `call_${randomBytes(14).toString("hex").slice(0, 27)}`,
        ourId: ourIdOf(start.metadata),
        createdAt: now(),
        status: "registered",
        startedAt: undefined,
        endedAt: undefined,
        reason: undefined,
        analyzed: false,
        forgotten: false,
        cancelNext: undefined,
      };
      all.push(call);
      byId.set(call.id, call);
      byTarget.set(call.toNumber, (byTarget.get(call.toNumber) ?? 0) + 1);
      if (call.ourId !== null) byOurId.set(call.ourId, [...(byOurId.get(call.ourId) ?? []), call]);
      live += 1;
      peak = Math.max(peak, live);
      return call;
    },
    get: (id) => byId.get(id),
    byOurId: (ourId) => byOurId.get(ourId) ?? [],
    countTo: (toNumber) => byTarget.get(toNumber) ?? 0,
    release() {
      live -= 1;
    },
    forget(call) {
      if (isLive(call)) live -= 1;
      call.forgotten = true;
      byId.delete(call.id);
      if (call.ourId !== null) {
        byOurId.set(
          call.ourId,
          this.byOurId(call.ourId).filter((other) => other !== call),
        );
      }
    },
    clear() {
      all = [];
      live = 0;
      peak = 0;
      byId.clear();
      byOurId.clear();
      byTarget.clear();
    },
  };
}
