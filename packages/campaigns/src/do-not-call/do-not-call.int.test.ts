import { randomUUID } from "node:crypto";
import { ON_DO_NOT_CALL_LIST } from "@ringfence/domain";
import { until } from "@ringfence/testkit";
import { rowsOf, useBed } from "../testing/use-bed.ts";
import { addToDoNotCall } from "./add-to-do-not-call.ts";

const bed = useBed();

const number = (n: number) => `+1415${5_551_000 + n}`;
const list = (...numbers: number[]) =>
  addToDoNotCall({ db: bed.db })(rowsOf(numbers.map((n) => ({ phone_number: number(n) }))), {}, "test");
/** The list, with a count of the checks for open dials. */
function asked() {
  const looks = { count: 0 };
  const hasOpenDials = () => {
    looks.count++;
    return bed.db.doNotCall.hasOpenDials();
  };
  const db = { ...bed.db, doNotCall: { ...bed.db.doNotCall, hasOpenDials } };
  return { looks, add: addToDoNotCall({ db }) };
}
const kindsOf = ({ claims }: Awaited<ReturnType<typeof bed.db.calls.claim>>) =>
  [...claims.values()].map(({ kind }) => kind);
const stopped = { call_status: "failed", error_message: ON_DO_NOT_CALL_LIST, placed: "no", claim_no: 0 };

describe("a claim of a listed number", () => {
  test("is not granted: the call fails, the counters are exact, and other calls go on", async () => {
    const { ids, batchId } = await bed.rows(3);
    expect(await list(1)).toMatchObject({ created: 1, duplicates: 0 });
    expect(await bed.ask(ids[1]!)).toEqual({ kind: "settled", status: "failed" });
    expect(await bed.call(ids[1]!)).toMatchObject({ ...stopped, dialed_at: null, cancelled_at: null });
    expect(await bed.batch(batchId)).toMatchObject({ pending_calls: 2, failed_calls: 1, cancelled_calls: 0 });
    expect(await bed.lines()).toMatchObject({ in_use: 0, turn_now: "0" });
    expect(await bed.ask(ids[0]!)).toMatchObject({ kind: "yours" });
  });

  test("fails the call when it is its turn, and uses no line or pace", async () => {
    const { ids } = await bed.rows(1);
    await list(0);
    await bed.sql("UPDATE lines SET next_dial_at = clock_timestamp() + interval '1 hour', calls_per_second = 1");
    expect(await bed.ask(ids[0]!)).toMatchObject({ kind: "waits", reason: "pace" });
    await bed.sql("UPDATE lines SET next_dial_at = clock_timestamp()");
    const before = await bed.lines();
    expect(await bed.ask(ids[0]!)).toEqual({ kind: "settled", status: "failed" });
    expect(await bed.lines()).toEqual(before);
  });

  test("fails the call, and nothing else is granted in its statement, which would lock the lines before the batch", async () => {
    const { ids } = await bed.rows(3);
    await list(1);
    const before = await bed.lines();
    const runs = ids.map((callId) => ({ callId, name: randomUUID() }));
    const { claims, turns } = await bed.db.calls.claim(runs, 3);
    expect([...claims]).toEqual([[runs[1]!.name, { kind: "settled", status: "failed" }]]);
    expect([...turns.keys()].sort()).toEqual([runs[0]!.name, runs[2]!.name].sort());
    expect(await bed.lines()).toEqual(before);
    expect(kindsOf(await bed.db.calls.claim([runs[0]!, runs[2]!], 3))).toEqual(["yours", "yours"]);
  });

  test("of a braked batch is left to the stop", async () => {
    const { ids, batchId } = await bed.rows(1);
    await list(0);
    await bed.db.stops.brake(batchId);
    expect(await bed.ask(ids[0]!)).toEqual({ kind: "braked" });
    await bed.db.stops.flip(batchId);
    expect(await bed.batch(batchId)).toMatchObject({ cancelled_calls: 1, failed_calls: 1 });
  });

  test("closes the batch if the call is its last", async () => {
    const { ids, batchId } = await bed.rows(1);
    await list(0);
    await bed.ask(ids[0]!);
    expect(await bed.batch(batchId)).toMatchObject({ status: "completed", failed_calls: 1 });
  });

  test("is granted again once the number is off the list", async () => {
    const { ids } = await bed.rows(1);
    await list(0);
    const [entry] = await bed.db.doNotCall.list({ masked: false }, null, 1);
    await bed.db.doNotCall.remove(entry!.id, "test", null);
    expect(await bed.ask(ids[0]!)).toMatchObject({ kind: "yours" });
  });
});

describe("claims in parallel with listings", () => {
  test("a claim that asked first holds the listing up until its commit, and its dial is waited for", async () => {
    const { ids } = await bed.rows(1);
    const busy = await bed.connect();
    await busy.query("BEGIN");
    await busy.query("SELECT 1 FROM lines FOR UPDATE");
    const claim = bed.ask(ids[0]!);
    await bed.lockWaits(1);
    let listed = false;
    const { looks, add } = asked();
    const listing = add(rowsOf([{ phone_number: number(0) }]), {}, "test").then(() => {
      listed = true;
    });
    await bed.lockWaits(2);
    await busy.query("COMMIT");
    busy.release();
    const granted = await claim;
    if (granted.kind !== "yours") throw new Error(granted.kind);
    await until("it has looked for open dials twice", () => looks.count >= 2);
    expect(listed).toBe(false);
    await bed.db.calls.recordPlaced(granted.call, "call_1");
    await listing;
  });

  test("a claim that began first and asks while the listing commits sees it", async () => {
    const { ids } = await bed.rows(1);
    const listing = await bed.connect();
    await listing.query("BEGIN");
    await listing.query("SELECT pg_advisory_xact_lock(hashtextextended('do-not-call', 0))");
    const claim = bed.ask(ids[0]!);
    await bed.lockWaits(1);
    await listing.query("INSERT INTO do_not_call (phone_number, created_by) VALUES ($1, 'test')", [number(0)]);
    await listing.query("COMMIT");
    listing.release();
    expect(await claim).toEqual({ kind: "settled", status: "failed" });
  });

  test("after the answer no listed number is claimed or being dialled", async () => {
    await bed.db.lines.change({ limit: 200 });
    const { ids } = await bed.rows(120);
    const claimed = new Map<string, number>();
    const open = new Set<string>();
    const running = ids.map(async (id, n) => {
      let claim = await bed.ask(id);
      while (claim.kind === "waits") claim = await bed.ask(id);
      if (claim.kind !== "yours") return;
      claimed.set(id, n);
      open.add(id);
      await bed.sql("SELECT pg_sleep(0.01)");
      open.delete(id);
      await bed.db.calls.recordPlaced(claim.call, `call_${id}`);
    });
    const numbers = ids.map((_, n) => n).filter((n) => n % 2 === 0);
    await list(...numbers);
    const openAtAnswer = numbers.filter((n) => open.has(ids[n]!));
    const claimedAtAnswer = new Set(claimed.keys());
    await Promise.all(running);
    expect(openAtAnswer).toEqual([]);
    for (const n of numbers) {
      const call = await bed.call(ids[n]!);
      if (claimedAtAnswer.has(ids[n]!)) expect(call).toMatchObject({ call_status: "in_progress", placed: "yes" });
      else expect(call).toMatchObject(stopped);
    }
  });
});

describe("launches", () => {
  test("take a listed number once, so that its call says why, and then leave it out until its removal", async () => {
    const campaignId = await bed.campaign(3);
    await list(1);
    const first = await bed.launchRows(campaignId);
    expect(first.ids).toHaveLength(3);
    for (const id of first.ids) await bed.ask(id);
    const listedId = first.ids[1]!;
    expect(await bed.call(listedId)).toMatchObject(stopped);
    expect(await bed.db.campaigns.find(campaignId)).toMatchObject({ candidates: 3, undialed_candidates: 0 });
    expect(await bed.db.launches.preview(campaignId, "undialed")).toMatchObject({ candidates: 0 });
    expect(await bed.db.launches.launch(campaignId, "unreached", null)).toEqual({ kind: "nothing_to_launch" });

    const [entry] = await bed.db.doNotCall.list({ masked: false }, null, 1);
    await bed.db.doNotCall.remove(entry!.id, "test", null);
    expect(await bed.db.campaigns.find(campaignId)).toMatchObject({ undialed_candidates: 1 });
    const second = await bed.launchRows(campaignId);
    expect(second.ids).toHaveLength(1);
    expect(await bed.ask(second.ids[0]!)).toMatchObject({ kind: "yours" });
  });
});

test("a repeated request whose first process died before it had waited, waits too", async () => {
  const { ids } = await bed.rows(1);
  const claim = await bed.claim(ids[0]!);
  const once = {
    owner: "test",
    key: "k",
    digest: new Uint8Array([1]),
    toAnswer: () => ({ status: 200, location: null, body: "{}" }),
  };
  // The first request committed, and its process died before the wait.
  await bed.db.doNotCall.add([[number(0)]], "test", () => 0, once);
  let answered = false;
  const { looks, add } = asked();
  const again = add([], {}, "test", once).catch((error) => {
    answered = true;
    return error;
  });
  await until("it has looked for open dials twice", () => looks.count >= 2);
  expect(answered).toBe(false);
  await bed.db.calls.recordPlaced(claim, "call_1");
  expect(await again).toMatchObject({ name: "AnsweredBefore" });
});

test("a dial so old that it cannot be open is not waited for", async () => {
  const { ids } = await bed.rows(1);
  await bed.claim(ids[0]!);
  await bed.sql("UPDATE retell_calls SET claimed_at = claimed_at - interval '11 seconds'");
  expect(await list(0)).toMatchObject({ created: 1 });
});

test("numbers are listed once, in whatever order they are added, and invalid numbers are named", async () => {
  const add = (rows: { phone_number: string }[]) => addToDoNotCall({ db: bed.db })(rowsOf(rows), {}, "test");
  const rows = Array.from({ length: 2_000 }, (_, n) => ({ phone_number: number(n) }));
  const reports = await Promise.all([add(rows), add([...rows].reverse()), add(rows)]);
  expect(reports.reduce((sum, report) => sum + report.created, 0)).toBe(2_000);
  expect(await add([{ phone_number: "+1 (415) 555-1000" }, { phone_number: "555" }])).toEqual({
    created: 0,
    duplicates: 1,
    rejected_count: 1,
    rejected: [
      expect.objectContaining({ row: 2, phone_number: "555", reason: expect.stringMatching(/international/) }),
    ],
  });
});

test("a source that breaks off lists no number", async () => {
  const broken = async function* () {
    yield { phone_number: number(0) };
    throw new Error("broke off");
  };
  await expect(addToDoNotCall({ db: bed.db })(rowsOf(broken()), {}, "test")).rejects.toThrow("broke off");
  expect(await bed.db.doNotCall.list({ masked: false }, null, 10)).toEqual([]);
});
