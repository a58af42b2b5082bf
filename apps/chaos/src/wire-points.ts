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
 * The points at which a process may be struck: statements are known by the name in their comment (a fragment of their
 * text stands beside it where Prisma writes the statement), requests by their first line.
 */
export const WIRE_POINTS = {
  claim: point("worker", "postgres", ["/* claim */", "turn_now = greatest(l.turn_now"]),
  "record placed": point("worker", "postgres", ["/* record placed */", "placed = 'yes', news_at = clock_timestamp()"]),
  "record unknown": point("worker", "postgres", [
    "/* record unknown */",
    "UPDATE retell_calls SET dialed_at = clock_timestamp()",
  ]),
  release: point("worker", "postgres", ["/* release */", "ELSE 'failed' END::call_status"]),
  refuse: point("worker", "postgres", ["/* refuse */", "call_status = 'failed', placed = 'no', error_message"]),
  "give up": point("worker", "postgres", [
    "/* give up */",
    "SET call_status = 'failed', error_message = $1, ended_at = clock_timestamp()",
  ]),
  "create-call": point("worker", "retell", ["POST /v2/create-phone-call"]),
  "list-calls": point("worker", "retell", ["POST /v3/list-calls"]),
  brake: point("api", "postgres", [
    "/* brake */",
    "/* brake campaign */",
    "UPDATE retell_batch_calls SET status = 'cancelled'",
    "), braked AS (",
  ]),
  "pause campaign": point("api", "postgres", ["/* pause campaign */", "UPDATE campaigns SET status = 'paused'"]),
  flip: point("api", "postgres", ['UPDATE "public"."retell_calls" SET']),
  figures: point("api", "postgres", ["/* figures */", "AS stopped_at"]),
  "launch rows": point("api", "postgres", ["/* launch */", "INSERT INTO retell_calls"]),
  "launch commit": point("api", "postgres", ["/* launch */", "INSERT INTO retell_calls"], ["COMMIT"]),
  "note enqueued": point("api", "postgres", ["/* note enqueued */", "SET enqueued_through = greatest"]),
  settle: point("api", "postgres", ["/* settle */", "duration_ms = $"]),
  "goes on": point("api", "postgres", ["/* goes on */", "ELSE call_status END,"]),
  enqueue: point("api", "redis", ["call.run"]),
  webhook: point("api", "webhooks", ["POST /webhooks/retell"]),
} as const satisfies Record<string, WirePoint>;

export type PointName = keyof typeof WIRE_POINTS;
export const POINT_NAMES = Object.keys(WIRE_POINTS) as PointName[];
