import type { Answer } from "../trial/api-client.ts";
import type { Snapshot } from "../trial/snapshot.ts";
import { judge } from "./all.ts";
import { batchRow, callRow, cancelledRow, create, phoneCall, receipt, soundSnapshot } from "./snapshot-for-tests.ts";

const brokenBy = (snapshot: Snapshot) => judge(snapshot).broken.map(({ invariant }) => invariant);
const withSimulator = (snapshot: Snapshot, over: Partial<Snapshot["simulator"]>): Snapshot => ({
  ...snapshot,
  simulator: { ...snapshot.simulator, ...over },
});
const late = { at: 3_400, who: "worker 1", callId: "a", batchId: "batch" } as const;
const answer = (over: Partial<Answer>): Answer => ({
  request: "POST /v1/batches/{id}/cancel",
  sentAt: 50_000,
  answeredAt: 50_010,
  status: 200,
  code: null,
  ...over,
});
/** The same candidate in two rows, the second called so many ms after the first. */
const twice = (firstOver: object, secondAt: number): Snapshot =>
  withSimulator(
    soundSnapshot(
      {
        calls: [callRow("a", { candidate_id: "x" }), callRow("b", { candidate_id: "x" })],
        receipts: [],
        dials: ["a", "b"].map((callId) => ({ at: 2_003, who: "worker 1", callId, batchId: "batch" })),
      },
      [create("a"), create("b", { at: secondAt })],
    ),
    { calls: [phoneCall("a", firstOver), phoneCall("b")] },
  );

test("a sound trial breaks nothing and nothing is odd", () => {
  expect(judge(soundSnapshot())).toEqual({ broken: [], odd: {} });
});

test.each<[string, Snapshot]>([
  ["at most one dial a row", soundSnapshot({}, [create("a"), create("a", { retell_call_id: "call of a" })])],
  ["at most one dial a row", withSimulator(soundSnapshot(), { retriedCreates: 1 })],
  ["every dial has its row", soundSnapshot({}, [create("a"), create("nobody")])],
  ["every dial has its row", soundSnapshot({}, [create("a"), create("b")])],
  [
    "every dial has its row",
    soundSnapshot({
      calls: [callRow("a", { placed: "no", call_status: "failed", error_message: "refused" })],
      receipts: [],
    }),
  ],
  [
    "every dial has its row",
    soundSnapshot({ calls: [callRow("a", { retell_call_id: "another" }), cancelledRow("b")] }),
  ],
  ["nothing is dialled after a receipt", soundSnapshot({ dials: [late] })],
  [
    "nothing is dialled under a hold",
    soundSnapshot({ holds: [{ flag: "x", batchIds: ["batch"], from: 1_900, to: 2_900 }] }),
  ],
  ["nobody is called again", twice({}, 5_000)],
  ["nobody is called again", twice({ disconnection_reason: "dial_busy" }, 2_500)],
  [
    "lines are never exceeded",
    soundSnapshot({
      samples: [
        { inUse: 4, limit: 5 },
        { inUse: 6, limit: 5 },
      ],
    }),
  ],
  ["lines are never exceeded", withSimulator(soundSnapshot(), { peakConcurrency: 6 })],
  [
    "the pace is kept",
    soundSnapshot({
      calls: [callRow("a"), callRow("c", { claimed_at: 2_025 }), cancelledRow("b")],
      lineChanges: [{ limit: 5, callsPerSecond: 20, from: 0, to: 0 }],
    }),
  ],
  ["receipts are honest", soundSnapshot({ receipts: [receipt({ pending_calls: 1 })] })],
  ["receipts are honest", soundSnapshot({ receipts: [receipt({ in_progress_calls: 1 })] })],
  ["receipts are honest", soundSnapshot({ batches: [batchRow({ cancelled_calls: 2 })] })],
  ["receipts are honest", soundSnapshot({ batches: [batchRow({ status: "in_progress" })] })],
  ["receipts are kept", soundSnapshot({ storedReceipts: [] })],
  ["receipts are kept", soundSnapshot({ storedReceipts: [receipt({ cancelled_now: 0 }).receipt] })],
  ["receipts are kept", soundSnapshot({ receipts: [receipt(), receipt()], storedReceipts: [receipt().receipt] })],
  ["books are exact", soundSnapshot({ brokenBooks: [{ broken: "batch counters are not its rows", id: "batch" }] })],
  ["every call is terminal", soundSnapshot({ calls: [callRow("a"), cancelledRow("b", { call_status: "pending" })] })],
  ["every call is terminal", soundSnapshot({ notAtRest: "1 webhooks are under way" })],
  ["no job is left", soundSnapshot({ jobs: { wait: 0, active: 2 } })],
  ["nobody is lost", soundSnapshot({ finished: true })],
  ["nobody is lost", soundSnapshot({ finished: true, calls: [callRow("a")] })],
  [
    "rows show what happened",
    soundSnapshot({ calls: [callRow("a", { disconnection_reason: "agent_hangup" }), cancelledRow("b")] }),
  ],
  ["answers are clear", soundSnapshot({ answers: [answer({ status: 500, code: "internal" })] })],
  ["answers are clear", soundSnapshot({ answers: [answer({ status: 409, code: "no problem+json" })] })],
  ["answers are clear", soundSnapshot({ answers: [answer({ status: 503, code: "unavailable" })] })],
  ["answers are clear", soundSnapshot({ answers: [answer({ status: null, code: "fetch failed" })] })],
  ["answers are clear", soundSnapshot({ complaints: ["a step failed"] })],
  ["the wires see every dial", soundSnapshot({ dials: [] })],
  ["processes live", soundSnapshot({ lost: ["worker 1 exit code 1"] })],
])("broken: %s", (invariant, snapshot) => {
  expect(brokenBy(snapshot)).toContain(invariant);
});

test.each<[string, Snapshot, string]>([
  [
    "a worker that was frozen between",
    soundSnapshot({ dials: [late], freezes: [{ who: "worker 1", span: { from: 2_900, to: 3_300 } }] }),
    "sends of a frozen worker after a receipt",
  ],
  [
    "a machine that stood still",
    soundSnapshot({ dials: [late], lags: [{ from: 3_150, to: 3_300 }] }),
    "sends after a receipt while the machine stood still",
  ],
  ["the same moment", soundSnapshot({ dials: [{ ...late, at: 3_105 }] }), "sends in the same moment as a receipt"],
])("counted apart: %s", (_, snapshot, what) => {
  expect(judge(snapshot)).toEqual({ broken: [], odd: { [what]: 1 } });
});

test("another worker's freeze excuses nobody", () => {
  const freezes = [{ who: "worker 2" as const, span: { from: 2_900, to: 3_300 } }];
  expect(brokenBy(soundSnapshot({ dials: [late], freezes }))).toEqual(["nothing is dialled after a receipt"]);
});

test("a stop may fail while PostgreSQL is away, and not while only Redis is", () => {
  const answers = [answer({ status: 503, code: "unavailable" })];
  const span = { from: 49_000, to: 49_500 };
  expect(brokenBy(soundSnapshot({ answers, disturbances: [{ what: "postgres", ...span }] }))).toEqual([]);
  expect(brokenBy(soundSnapshot({ answers, disturbances: [{ what: "redis", ...span }] }))).toEqual([
    "answers are clear",
  ]);
});

test("somebody not reached may be called again; a busy line is no reason to speak of twice", () => {
  expect(brokenBy(twice({ disconnection_reason: "dial_busy" }, 5_000))).not.toContain("nobody is called again");
});

test("claims around a change of the lines keep the higher of the two paces", () => {
  const calls = [callRow("a"), callRow("c", { claimed_at: 2_025 }), cancelledRow("b")];
  const slow = { limit: 5, callsPerSecond: 20, from: 0, to: 0 };
  const changedTo = (callsPerSecond: number) =>
    brokenBy(soundSnapshot({ calls, lineChanges: [slow, { ...slow, callsPerSecond, from: 2_010, to: 2_020 }] }));
  expect(changedTo(50)).toEqual([]);
  expect(changedTo(20)).toEqual(["the pace is kept"]);
  expect(changedTo(10)).toEqual(["the pace is kept"]);
});

test("calls given up as unknown explain calls above the lines, and are counted apart", () => {
  const unknown = callRow("a", {
    call_status: "failed",
    placed: "unknown",
    error_message: "Outcome unknown, not redialled",
    disconnection_reason: null,
  });
  const snapshot = withSimulator(soundSnapshot({ calls: [unknown, cancelledRow("b")] }), { peakConcurrency: 6 });
  expect(judge(snapshot)).toEqual({
    broken: [],
    odd: {
      "calls above the lines, of calls given up": 1,
      "calls placed and given up as unknown": 1,
      "outcome unknown": 1,
    },
  });
});
