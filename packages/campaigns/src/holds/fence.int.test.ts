import { until } from "@ringfence/testkit";
import { useBed } from "../testing/use-bed.ts";
import { holdBatch, holdCampaign } from "./hold-calls.ts";

const bed = useBed();

/** Claims a call and records it as placed, as a run does. Returns what came of it. */
async function dial(callId: string): Promise<string> {
  let claim = await bed.ask(callId);
  while (claim.kind === "waits") claim = await bed.ask(callId);
  if (claim.kind === "yours") await bed.db.calls.recordPlaced(claim.call, `call_${callId}`);
  return claim.kind;
}

describe.each(["batch", "campaign"])("a hold of a %s", (what) => {
  const hold = ({ batchId, campaignId }: { batchId: string; campaignId: string }) =>
    what === "batch" ? holdBatch(bed.deps)(batchId, null, "Ada") : holdCampaign(bed.deps)(campaignId, null, "Ada");

  test("waits for claims that asked before it, and for their dials", async () => {
    const rows = await bed.rows(3);
    const lines = await bed.connect();
    await lines.query("BEGIN");
    await lines.query("SELECT FROM lines FOR UPDATE");
    const claims = rows.ids.slice(0, 2).map((id) => bed.ask(id));
    await bed.lockWaits(2);
    let answered = false;
    const holding = hold(rows).then((receipt) => {
      answered = true;
      return receipt;
    });
    await bed.lockWaits(3); // the fence behind the claims
    await lines.query("COMMIT");
    lines.release();
    for (const claim of await Promise.all(claims)) {
      if (claim.kind !== "yours") throw new Error(claim.kind);
      expect(answered).toBe(false);
      await bed.db.calls.recordPlaced(claim.call, `call_${claim.call.callId}`);
    }
    expect(await holding).toMatchObject({ pending_calls: 1, in_progress_calls: 2 });
    expect(await bed.ask(rows.ids[2]!)).toEqual({ kind: "held" });
  });

  test("is seen by a claim that began before it and asks behind the fence", async () => {
    const rows = await bed.rows(1);
    const fence = await bed.connect();
    await fence.query("BEGIN");
    await fence.query("SELECT pg_advisory_xact_lock(hashtextextended('do-not-call', 0))");
    const claim = bed.ask(rows.ids[0]!);
    await bed.lockWaits(1);
    await bed.sql(
      what === "batch"
        ? "UPDATE retell_batch_calls SET held_at = clock_timestamp()"
        : "UPDATE campaigns SET held_at = clock_timestamp()",
    );
    await fence.query("COMMIT");
    fence.release();
    expect(await claim).toEqual({ kind: "held" });
  });
});

test("a held call takes no line from the others that are asked for in the same statement", async () => {
  await bed.db.lines.change({ limit: 3 });
  const held = await bed.rows(2);
  const free = await bed.rows(2);
  await bed.db.holding.holdBatch(held.batchId, null, "Ada");
  const kinds = new Map<string, string>();
  for (let statement = 0; statement < 4; statement++) {
    const asked = [...held.ids, ...free.ids].filter((id) => !kinds.has(id)).map((callId) => ({ callId, name: callId }));
    const { claims } = await bed.db.calls.claim(asked, 10);
    for (const [id, { kind }] of claims) kinds.set(id, kind);
  }
  expect(held.ids.map((id) => kinds.get(id))).toEqual(["held", "held"]);
  expect(free.ids.map((id) => kinds.get(id))).toEqual(["yours", "yours"]);
});

test("many holds at one time share a fence, and none is answered before one that began after it", async () => {
  const batches = await Promise.all(
    Array.from({ length: 12 }, (_, n) => bed.campaign(1, 10 * n).then((id) => bed.launchRows(id))),
  );
  let fences = 0;
  const counting = await bed.connect();
  await counting.query("BEGIN");
  await counting.query("SELECT pg_advisory_xact_lock_shared(hashtextextended('do-not-call', 0))");
  const holds = batches.map(({ batchId }) => holdBatch(bed.deps)(batchId, null, "Ada"));
  await until("all are held", async () => {
    const [row] = await bed.sql<{ held: number }>("SELECT count(held_at)::int AS held FROM retell_batch_calls");
    const [waits] = await bed.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    fences = Math.max(fences, waits!.n);
    return row!.held === 12 && waits!.n > 0;
  });
  expect(fences).toBe(1);
  await counting.query("COMMIT");
  counting.release();
  await Promise.all(holds);
});

test("against 24 claimers, 200 times: nobody is dialled after the answer", async () => {
  await bed.db.lines.change({ limit: 10_000 });
  for (let trial = 0; trial < 200; trial++) {
    const rows = await bed.launchRows(await bed.campaign(24, 24 * trial));
    const pause = (trial % 8) / 2;
    const dials = rows.ids.map(dial);
    await new Promise((resolve) => setTimeout(resolve, pause));
    const byBatch = trial % 2 === 0;
    const { pending_calls, in_progress_calls } = byBatch
      ? await holdBatch(bed.deps)(rows.batchId, null, "Ada")
      : await holdCampaign(bed.deps)(rows.campaignId, null, "Ada");
    const kinds = await Promise.all(dials);
    const dialled = kinds.filter((kind) => kind === "yours").length;
    expect({ trial, pending_calls, in_progress_calls }).toEqual({
      trial,
      pending_calls: 24 - dialled,
      in_progress_calls: dialled,
    });
  }
}, 120_000);
