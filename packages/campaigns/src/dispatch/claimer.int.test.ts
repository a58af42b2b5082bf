import { setMaxListeners } from "node:events";
import { until } from "@ringfence/testkit";
import { drain } from "../stops/stop-batches.ts";
import { useBed } from "../testing/use-bed.ts";
import { type Answer, createClaimer } from "./claimer.ts";

const bed = useBed();

type ClaimMany = typeof bed.db.calls.claim;
const goOn = new AbortController().signal;
setMaxListeners(0, goOn);

/** The claimer of a process; `claim` may stand between it and PostgreSQL. Counts statements and what they asked for. */
function process(claim: ClaimMany = (runs, most) => bed.db.calls.claim(runs, most)) {
  const statements: string[][] = [];
  const claimer = createClaimer({
    db: {
      calls: {
        claim: (runs, most) => {
          statements.push(runs.map(({ callId }) => callId));
          return claim(runs, most);
        },
      },
    },
    times: bed.times,
    count: (what, reason) => bed.counted.push(`${what} ${reason}`),
  });
  /** Asks for a row. The answer, as soon as there is one; a granted dial counts as started at once. */
  const ask = (callId: string, signal = goOn) => {
    const asked: { answer?: Answer; done: Promise<Answer> } = {
      done: claimer.claimOf(callId, signal).then((answer) => {
        answer.started();
        asked.answer = answer;
        return answer;
      }),
    };
    asked.done.catch(() => undefined);
    return asked;
  };
  return { claimer, ask, statements };
}
const kinds = (asked: readonly { answer?: Answer }[]) => asked.map(({ answer }) => answer?.claim.kind ?? "waits");
const due = () => bed.sql("UPDATE lines SET next_dial_at = clock_timestamp()");
/** A statement whose answer stays away until `let go`. */
function late() {
  let letGo = () => {};
  const gone = new Promise<void>((resolve) => (letGo = resolve));
  const claim: ClaimMany = async (runs, most) => {
    const answer = await bed.db.calls.claim(runs, most);
    await gone;
    return answer;
  };
  return { claim, letGo: () => letGo() };
}

test("runs that come together are asked for in one statement, and granted in order of turn", async () => {
  const { ids } = await bed.rows(12);
  const { ask, statements } = process();
  const asked = [...ids].reverse().map((id) => ask(id));
  await until("five are granted", () => kinds(asked).filter((kind) => kind === "yours").length === 5);
  expect(kinds(asked)).toEqual([...Array(7).fill("waits"), ...Array(5).fill("yours")]);
  expect(statements[0]).toHaveLength(12);
  expect(bed.counted).toEqual([]);
});

test("a run that waits for a line gets it when a call ends, without asking meanwhile", async () => {
  const { ids } = await bed.rows(7);
  const { ask, claimer, statements } = process();
  const asked = ids.map((id) => ask(id));
  await until("five are granted", () => kinds(asked).filter((kind) => kind === "yours").length === 5);
  const before = statements.length;
  await bed.sql("UPDATE retell_calls SET call_status = 'completed' WHERE id = $1", [ids[0]]);
  claimer.note("ended");
  await until("the next has the line", () => kinds(asked).filter((kind) => kind === "yours").length === 6);
  expect(statements.length - before).toBeLessThanOrEqual(3);
});

test("a claim that is not granted is asked for again within a second, though nobody tells", async () => {
  const { ids } = await bed.rows(2);
  await bed.db.lines.change({ limit: 1 });
  const { ask } = process();
  await ask(ids[0]!).done;
  const waiting = ask(ids[1]!);
  await bed.sql("UPDATE retell_calls SET call_status = 'completed' WHERE id = $1", [ids[0]]);
  expect((await waiting.done).claim.kind).toBe("yours");
});

test("with a pace a call that ends causes no statement", async () => {
  const { ids } = await bed.rows(3);
  await bed.db.lines.change({ limit: 100, calls_per_second: 0.01 });
  const { ask, claimer, statements } = process();
  await ask(ids[0]!).done;
  ask(ids[1]!);
  await until("it was refused", () => bed.counted.length === 1);
  const before = statements.length;
  for (let ended = 0; ended < 20; ended++) {
    claimer.note("ended");
    await bed.sql("SELECT 1"); // as long as a statement takes
  }
  expect(statements.length - before).toBeLessThanOrEqual(4);
  claimer.note("lines");
  await until("a change of the lines is asked about", () => statements.length > before);
});

test("a row that two runs of a process ask for is granted to one, and the other learns that it is in progress", async () => {
  const { ids } = await bed.rows(1);
  const { ask, statements } = process();
  const asked = [ask(ids[0]!), ask(ids[0]!), ask(ids[0]!)];
  const answers = await Promise.all(asked.map(({ done }) => done));
  expect(answers.map(({ claim, ownUnanswered }) => [claim.kind, ownUnanswered])).toEqual([
    ["yours", false],
    ["interrupted", false],
    ["interrupted", false],
  ]);
  for (const statement of statements) expect(new Set(statement).size).toBe(statement.length);
});

test("a row that many processes ask for in parallel is granted to one", async () => {
  const { ids } = await bed.rows(5);
  const processes = Array.from({ length: 6 }, () => process());
  const asked = processes.flatMap(({ ask }) => ids.map((id) => ask(id)));
  await until("every run has its answer", () => !kinds(asked).includes("waits"));
  expect(kinds(asked).filter((kind) => kind === "yours")).toHaveLength(5);
  expect(await bed.lines()).toMatchObject({ in_use: 5 });
});

test("a stop between the statement and its answer waits for the dial, which is then too old", async () => {
  const { batchId, ids } = await bed.rows(3);
  const { claim, letGo } = late();
  const { ask } = process(claim);
  const asked = ids.map((id) => ask(id));
  await until("they are claimed", async () => (await bed.lines()).in_use === 3);
  const [since] = await bed.sql<{ at: string }>("SELECT clock_timestamp()::text AS at");
  await bed.db.stops.brake(batchId);
  const receipt = drain(bed.db, [batchId], since!.at);
  let over = false;
  void receipt.then(() => {
    over = true;
  });
  const calls = await bed.calls(batchId);
  expect(calls.map((call) => call.call_status)).toEqual(Array(3).fill("in_progress"));
  expect(over).toBe(false);
  letGo();
  const times = { ...bed.times, staleClaimMs: -1 }; // as if the answer had taken that long
  const next = await Promise.all(
    asked.map(async ({ done }) => {
      const { claim: granted, sentAt } = await done;
      if (granted.kind !== "yours") throw new Error(granted.kind);
      return await bed.dialClaimed(granted.call, sentAt, { times });
    }),
  );
  expect(next).toEqual(Array(3).fill({ kind: "done", outcome: "cancelled" }));
  expect(await receipt).toMatchObject({ pending_calls: 0, in_progress_calls: 0, cancelled_now: 3 });
  expect(bed.simulator.state().creates).toEqual([]);
});

test("a statement answered in part leaves the rest waiting, and nothing is lost", async () => {
  const { ids } = await bed.rows(4);
  await bed.db.lines.change({ limit: 2 });
  const locked = await bed.connect();
  await locked.query("BEGIN");
  await locked.query("SELECT 1 FROM retell_calls WHERE id = $1 FOR UPDATE", [ids[0]]);
  const { ask } = process();
  const asked = ids.map((id) => ask(id));
  await until("two are granted", () => kinds(asked).filter((kind) => kind === "yours").length === 2);
  expect(kinds(asked)).toEqual(["waits", "yours", "yours", "waits"]);
  await locked.query("COMMIT");
  locked.release();
  await bed.sql("UPDATE retell_calls SET call_status = 'completed' WHERE id = ANY ($1)", [ids.slice(1, 3)]);
  await Promise.all(asked.map(({ done }) => done));
  expect(kinds(asked)).toEqual(Array(4).fill("yours"));
});

test("an open probe lets one of many through, over several processes", async () => {
  const { ids } = await bed.rows(8);
  await bed.hold("x");
  const processes = [process(), process(), process()];
  const asked = ids.map((id, n) => processes[n % 3]!.ask(id));
  await until("all were refused", () => bed.counted.length >= 3);
  await bed.probe();
  for (const { claimer } of processes) claimer.note("lines");
  await until("one is granted", () => kinds(asked).includes("yours"));
  for (const { claimer } of processes) claimer.note("lines");
  await until("the others were refused again", () => bed.counted.length >= 6);
  expect(kinds(asked).filter((kind) => kind === "yours")).toHaveLength(1);
  const granted = asked.find(({ answer }) => answer)!.answer!.claim;
  expect(granted).toMatchObject({ call: { probe: true } });
});

test("a process grants itself no more dials than it can start in time, and goes on when they are started", async () => {
  await bed.db.lines.change({ limit: 300 });
  const { ids } = await bed.rows(150);
  const mosts: number[] = [];
  const { claimer } = process((runs, most) => {
    mosts.push(most);
    return bed.db.calls.claim(runs, most);
  });
  const starts: (() => void)[] = [];
  let granted = 0;
  for (const id of ids)
    void claimer.claimOf(id, goOn).then(({ started }) => {
      granted++;
      starts.push(started);
    });
  await until("the first are granted", () => granted > 0);
  const first = granted;
  expect(first).toBe(mosts[0]);
  expect(mosts).toHaveLength(1);
  const going = setInterval(() => {
    for (const start of starts.splice(0)) start();
  }, 1);
  await until("all are granted", () => granted === 150);
  clearInterval(going);
  expect(Math.max(...mosts)).toBeLessThanOrEqual(100);
});

test("of more runs than the window allows the latest go back to the queue, and only if it stays so", async () => {
  await bed.db.lines.change({ limit: 1 });
  const { ids } = await bed.rows(31);
  await bed.claim(ids[0]!);
  const { ask } = process();
  const asked = [...ids.slice(1)].reverse().map((id) => ask(id));
  await until("they were refused", () => bed.counted.length > 0);
  expect(kinds(asked)).toEqual(Array(30).fill("waits"));
  await until("some are given back", () => kinds(asked).includes("given back"));
  expect(kinds(asked)).toEqual([...Array(28).fill("given back"), "waits", "waits"]);
});

test("a run that is aborted while it waits ends, and the others go on", async () => {
  const { ids } = await bed.rows(2);
  await bed.db.lines.change({ limit: 1, calls_per_second: 0 });
  await bed.claim(ids[0]!);
  const { ask, claimer } = process();
  const stopping = new AbortController();
  const [first, second] = [ask(ids[1]!, stopping.signal), ask(ids[1]!)];
  await until("it was refused", () => bed.counted.length > 0);
  stopping.abort(new Error("the worker ends"));
  await expect(first.done).rejects.toThrow("the worker ends");
  await bed.sql("UPDATE retell_calls SET call_status = 'completed' WHERE id = $1", [ids[0]]);
  claimer.note("ended");
  expect((await second.done).claim.kind).toBe("yours");
});

test("rows of a listed number fail, and the others of the same statement are granted next", async () => {
  const { ids } = await bed.rows(4);
  await bed.sql(
    "INSERT INTO do_not_call (phone_number, created_by) SELECT phone_number, 'test' FROM retell_calls WHERE id = $1",
    [ids[1]],
  );
  const { ask } = process();
  const asked = ids.map((id) => ask(id));
  await Promise.all(asked.map(({ done }) => done));
  expect(kinds(asked)).toEqual(["yours", "settled", "yours", "yours"]);
  expect(await bed.call(ids[1]!)).toMatchObject({ call_status: "failed", placed: "no" });
});

test("claims, flips and settles of the same rows in parallel end in exact books", async () => {
  await bed.db.lines.change({ limit: 50 });
  const { batchId, ids } = await bed.rows(60);
  await due();
  const processes = [process(), process()];
  const asked = ids.flatMap((id) => processes.map(({ ask }) => ask(id)));
  const settles = ids.slice(0, 20).map(async (id) => {
    await until("it has begun", async () => (await bed.call(id)).call_status !== "pending");
    await bed.settle(
      { call_id: `call_${id}`, disconnection_reason: "user_hangup", metadata: { call_id: id } },
      "call_ended",
    );
  });
  await until("some are granted", () => kinds(asked).includes("yours"));
  await bed.db.stops.brake(batchId);
  await bed.db.stops.flip(batchId);
  await Promise.all(settles);
  await until("every run has its answer", () => !kinds(asked).includes("waits"));
  const rows = await bed.calls(batchId);
  expect(rows.filter((row) => row.call_status === "pending")).toEqual([]);
});
