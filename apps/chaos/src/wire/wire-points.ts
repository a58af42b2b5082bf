import type { Trap } from "./connection.ts";

/** Which process's wire a point lies on, and to where. "webhooks" is the simulator's way to the API. */
export type Wire = "postgres" | "redis" | "retell" | "webhooks";

/** A named point: what bytes tell of it. */
export interface WirePoint {
  of: "worker" | "api";
  wire: Wire;
  stages: Trap["stages"];
}

const point = (of: WirePoint["of"], wire: Wire, ...stages: string[][]): WirePoint => ({ of, wire, stages });

/**
 * The points at which a process may be struck. Statements are known by the name in their comment, which the name of a
 * prepared statement also has, requests by their first line.
 */
export const WIRE_POINTS = {
  claim: point("worker", "postgres", ["/* claim */"]),
  "record placed": point("worker", "postgres", ["/* record placed */"]),
  "record unknown": point("worker", "postgres", ["/* record unknown */"]),
  release: point("worker", "postgres", ["/* release */"]),
  refuse: point("worker", "postgres", ["/* refuse */"]),
  "give up": point("worker", "postgres", ["/* give up */"]),
  hold: point("worker", "postgres", ["/* hold */"]),
  "create-call": point("worker", "retell", ["POST /v2/create-phone-call"]),
  "list-calls": point("worker", "retell", ["POST /v3/list-calls"]),
  brake: point("api", "postgres", ["/* brake */", "/* brake campaign */"]),
  "pause campaign": point("api", "postgres", ["/* pause campaign */"]),
  flip: point("api", "postgres", ["/* flip */"]),
  look: point("api", "postgres", ["/* look */"]),
  figures: point("api", "postgres", ["/* figures */"]),
  "store receipt": point("api", "postgres", ["/* store receipt */"]),
  "launch rows": point("api", "postgres", ["/* launch */"]),
  "launch commit": point("api", "postgres", ["/* launch */"], ["COMMIT"]),
  "note enqueued": point("api", "postgres", ["/* note enqueued */"]),
  settle: point("api", "postgres", ["/* settle */"]),
  "goes on": point("api", "postgres", ["/* goes on */"]),
  enqueue: point("api", "redis", ["call.run"]),
  webhook: point("api", "webhooks", ["POST /webhooks/retell"]),
} as const satisfies Record<string, WirePoint>;

export type PointName = keyof typeof WIRE_POINTS;
export const POINT_NAMES = Object.keys(WIRE_POINTS) as PointName[];
