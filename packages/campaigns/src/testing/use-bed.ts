import type { CallView } from "@ringfence/domain";
import { brokenBooks, until } from "@ringfence/testkit";
import { createBackground } from "../background.ts";
import { settleCall } from "../calls/settle-call.ts";
import type { ImportRow } from "../candidates/sift-rows.ts";
import type { Log } from "../deps.ts";
import type { ClaimedCall } from "../dispatch/claims.sql.ts";
import { type DialDeps, dialCall } from "../dispatch/dial-call.ts";
import { type Instant, now } from "../dispatch/instant.ts";
import { createSweep, type SweepDeps } from "../sweep/sweep.ts";
import { openBed } from "./bed.ts";

/** The columns of retell_calls that tests read. */
export type Row = CallView & {
  turn: string;
  claim_no: number;
  news_at: Date | null;
  missing_times: number;
  missing_since: Date | null;
};

/** A bed with the dependencies of the use cases and no worker: only the test acts. */
export async function openRoomBed(simulatorOptions: Parameters<typeof openBed>[0] = {}) {
  const bed = await openBed(simulatorOptions);
  const counted: string[] = [];
  const logged: { level: string; message: string; fields: Record<string, unknown> }[] = [];
  const write = (level: string) => (fields: object, message: string) => {
    logged.push({ level, message, fields: { ...fields } });
  };
  const log: Log = { info: write("info"), warn: write("warn"), error: write("error") };
  const count = (what: string, label: string, by = 1) => {
    counted.push(`${what} ${label} ${by}`);
  };
  const background = createBackground(log);
  bed.onClose(background.close);
  const { db, queue, lookups, sql, times } = bed;
  const { queueHealth, isSimulated } = bed;
  const deps = {
    db,
    queue,
    queueHealth,
    isSimulated,
    lookups,
    log,
    count,
    background,
    times,
  };

  const calls = (batchId: string) =>
    sql<Row>("SELECT * FROM retell_calls WHERE batch_id = $1 ORDER BY turn", [batchId]);
  const call = async (id: string): Promise<Row> =>
    (await sql<Row>("SELECT * FROM retell_calls WHERE id = $1", [id]))[0]!;
  /** Launches without a job on the queue. */
  const launchRows = async (campaignId: string, limit: number | null = null) => {
    const outcome = await db.launches.launch(campaignId, "undialed", limit);
    if (outcome.kind !== "launched") throw new Error(outcome.kind);
    return { batchId: outcome.batch.id, campaignId, ids: (await calls(outcome.batch.id)).map((row) => row.id) };
  };
  const claim = async (callId: string) => {
    const claim = await bed.ask(callId);
    if (claim.kind !== "yours") throw new Error(`not claimed: ${JSON.stringify(claim)}`);
    return claim.call;
  };

  return {
    ...bed,
    deps,
    background,
    counted,
    logged,
    settle: settleCall(deps),
    /** The parts of the sweep, to be run separately. */
    sweepParts: (changed: Partial<SweepDeps> = {}) => createSweep({ ...deps, settle: settleCall(deps), ...changed }),
    /** A whole sweep, one part after the other; it remembers its previous findings. */
    sweeper: (changed: Partial<SweepDeps> = {}) => {
      const parts = createSweep({ ...deps, settle: settleCall(deps), ...changed });
      return async (signal = new AbortController().signal) => {
        for (const part of Object.values(parts)) await part(signal);
      };
    },
    call,
    calls,
    batch: async (id: string) => (await db.lists.batch(id))!,
    lines: async () => (await sql<Record<string, unknown>>("SELECT * FROM lines"))[0]!,
    launchRows,
    /** A batch of its own campaign, its rows pending, no jobs. */
    rows: async (candidates: number) => launchRows(await bed.campaign(candidates)),
    claim,
    /** Claims a row and stores Retell's id, as a run does after a placed dial. */
    place: async (callId: string, retellCallId = `call_${callId}`) => {
      const claimed = await claim(callId);
      await db.calls.recordPlaced(claimed, retellCallId);
      return claimed;
    },
    /** Claims a row and dials it, as a run does. Returns what the run does next. */
    dial: async (callId: string, changed: Partial<DialDeps> = {}, sentAt = now()) =>
      dialCall({ ...deps, dialer: bed.dialer, ...changed }, await claim(callId), sentAt),
    /** Dials a call that was claimed then, as a run does. Returns what the run does next. */
    dialClaimed: (call: ClaimedCall, sentAt: Instant, changed: Partial<DialDeps> = {}) =>
      dialCall({ ...deps, dialer: bed.dialer, ...changed }, call, sentAt),
    /** Rows whose calls are at Retell, and their Retell ids. */
    dialled: async (calls: number) => {
      const { batchId, ids } = await launchRows(await bed.campaign(calls));
      const retellIds: string[] = [];
      for (const id of ids) {
        const claimed = await claim(id);
        const answer = await bed.dialer.dial(claimed);
        if (answer.kind !== "placed") throw new Error(answer.kind);
        await db.calls.recordPlaced(claimed, answer.retellCallId);
        retellIds.push(answer.retellCallId);
      }
      return { batchId, ids, retellIds };
    },
    /** As if `minutes` had passed for every call. */
    passed: (minutes: number) =>
      sql(
        `UPDATE retell_calls SET ${["claimed_at", "dialed_at", "ended_at", "news_at", "asked_at", "missing_since"]
          .map((column) => `${column} = ${column} - make_interval(mins => $1)`)
          .join(", ")}`,
        [minutes],
      ),
    /** Makes the hold's next probe due, takes it and lets a claim through, as the sweep does when Retell answers. */
    probe: async () => {
      await sql("UPDATE lines SET probe_at = clock_timestamp()");
      const taken = await db.lines.takeProbe();
      if (!taken) throw new Error("no probe was due");
      await db.lines.openProbe(taken);
    },
    /** Checks that the next probe follows this many seconds after `work`, to the millisecond, however long that takes. */
    probeComesAfter: async (seconds: number, work: () => Promise<unknown>) => {
      const [before] = await sql<{ at: string }>("SELECT clock_timestamp()::text AS at");
      await work();
      const [row] = await sql(
        `SELECT probe_at >= $1::timestamptz + make_interval(secs => $2) - interval '1 ms' AS "not earlier",
           probe_at <= clock_timestamp() + make_interval(secs => $2) + interval '1 ms' AS "not later" FROM lines`,
        [before!.at, seconds],
      );
      expect({ seconds, ...row }).toEqual({ seconds, "not earlier": true, "not later": true });
    },
    /** Resolves when this many statements wait for locks of other sessions. */
    lockWaits: (statements = 1) =>
      until(`${statements} statements wait for a lock`, async () => {
        const [{ waiting } = { waiting: 0 }] = await sql<{ waiting: number }>(
          "SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        );
        return waiting >= statements;
      }),
    /** Empties the tables and the queue. */
    empty: async () => {
      await sql("DELETE FROM retell_calls");
      // This runs before the audit is emptied, because it adds an entry that the hold is over.
      await sql(`UPDATE lines SET line_limit = 5, calls_per_second = 0, next_dial_at = clock_timestamp(), slow_step = 0, slowed_at = NULL,
        held_kind = NULL, held_reason = NULL, held_since = NULL, lifted_at = NULL, unknown_in_a_row = 0, refused_in_a_row = 0,
        last_refusal = NULL, probe_call_id = NULL, probe_at = NULL, probe_step = 0, probe_open = false, turn_now = 0, turn_origin = 0, last_dial_at = NULL, lifted_by = NULL`);

      for (const table of [
        "retell_batch_calls",
        "candidates",
        "campaigns",
        "audit",
        "sweep_steps",
        "do_not_call",
        "webhooks",
        "webhook_events",
        "workers",
      ])
        await sql(`DELETE FROM ${table}`);
      await queue.queue.obliterate({ force: true });
      counted.length = 0;
      logged.length = 0;
      bed.simulator.reset();
    },
  };
}

export type RoomBed = Awaited<ReturnType<typeof openRoomBed>>;

/**
 * One bed for all tests of a file: opened before the first test, checked for exact counters and emptied after each test,
 * closed after the last. The returned object is the bed from the first `beforeAll` on.
 */
export function useBed(simulatorOptions: Parameters<typeof openRoomBed>[0] = {}): RoomBed {
  const bed = {} as RoomBed;
  beforeAll(async () => {
    Object.assign(bed, await openRoomBed(simulatorOptions));
  });
  afterEach(async () => {
    const broken = await brokenBooks(bed);
    await bed.empty();
    expect(broken).toEqual([]);
  });
  afterAll(() => bed.close());
  return bed;
}

/** The SQLSTATE with which a statement by hand was refused; null if it was not refused. */
export const refusal = (statement: Promise<unknown>): Promise<string | null> =>
  statement.then(
    () => null,
    (error: { code: string }) => error.code,
  );

type Input = ImportRow["input"];

/** Rows as an import gets them from JSON, each as its own group. */
export async function* rowsOf(inputs: AsyncIterable<Input> | Iterable<Input>): AsyncGenerator<ImportRow[]> {
  for await (const input of inputs) yield [{ input, line: null, values: input }];
}
