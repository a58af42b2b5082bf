import { RetellCall } from "@ringfence/domain";
import { openCallsQueue } from "@ringfence/queue";
import { createBackground } from "../background.ts";
import { insist } from "../dispatch/insist.ts";
import { cancelBatchCalls } from "../stops/cancel-batch-calls.ts";
import { stopCampaignCalling } from "../stops/stop-campaign-calling.ts";
import { useBed } from "../testing/use-bed.ts";
import { settleCall } from "./settle-call.ts";

const bed = useBed();

const ended = (callId: string, fields: object = {}) =>
  RetellCall.parse({
    call_id: `call_${callId}`,
    call_status: "ended",
    disconnection_reason: "user_hangup",
    metadata: { call_id: callId },
    ...fields,
  });

/** Values that Retell might send one day. With each of them the call is over and its line is freed. */
test.each<[string, object]>([
  ["a reason of next year", { disconnection_reason: "abducted" }],
  [
    "half a millisecond",
    { duration_ms: 1_234.5, start_timestamp: 1_795_305_600_000.5, end_timestamp: 1_795_305_601_234.75 },
  ],
  ["a very long call", { duration_ms: 2 ** 40 }],
  ["times in microseconds", { start_timestamp: 1_795_305_600_000_000, end_timestamp: 1_795_305_601_000_000 }],
  ["times beyond any calendar", { start_timestamp: 1e300, end_timestamp: -1e300 }],
  ["times of nothing", { start_timestamp: 0, end_timestamp: 0, duration_ms: 0 }],
  [
    "an analysis with every kind of text",
    { call_analysis: { call_summary: "«é» 🙂 \n\t\\ \" '", custom: [1, null, { deep: true }] } },
  ],
  ["an analysis with a NUL", { call_analysis: { call_summary: "a\0b" } }],
  ["an analysis with half an emoji", { call_analysis: { call_summary: "\ud83d" } }],
  ["a recording's address with a NUL", { recording_url: "https://r.test/\0" }],
  ["a reason with a NUL", { disconnection_reason: "user\0hangup" }],
])("%s settles", async (_, fields) => {
  const { batchId, ids } = await bed.rows(1);
  await bed.place(ids[0]!);
  expect(await bed.settle(ended(ids[0]!, fields), "call_ended")).toBe("settled");
  expect(await bed.batch(batchId)).toMatchObject({ status: "completed", in_progress_calls: 0 });
});

test("the waiting run is notified, and without Redis the call is settled all the same", async () => {
  const { ids } = await bed.rows(2);
  for (const id of ids) await bed.place(id);
  const told: string[] = [];
  const queue = { ...bed.queue, announceEnding: async (callId: string) => void told.push(callId) };
  expect(await settleCall({ ...bed.deps, queue })(ended(ids[0]!), "call_ended")).toBe("settled");
  expect(await settleCall({ ...bed.deps, queue })(ended(ids[0]!), "call_ended")).toBe("nothing to change");
  expect(told).toEqual([ids[0]]);
  const away = openCallsQueue("redis://127.0.0.1:1", bed.prefix, () => undefined);
  expect(await settleCall({ ...bed.deps, queue: away })(ended(ids[1]!), "call_ended")).toBe("settled");
  await away.close();
});

describe("a thousand settles in parallel with a stop", () => {
  const LIVE = 1_000;
  let batches: { batchId: string; campaignId: string; ids: string[] }[];
  beforeEach(async () => {
    await bed.db.lines.change({ limit: 10_000 });
    const campaignId = await bed.campaign(1_500);
    batches = [];
    for (const _ of [1, 2, 3]) batches.push(await bed.launchRows(campaignId, 500));
    await bed.sql(
      `UPDATE retell_calls SET call_status = 'in_progress', placed = 'yes', retell_call_id = 'call_' || id, claim_no = 1, claimed_at = now(), dialed_at = now()
       WHERE id IN (SELECT id FROM retell_calls ORDER BY turn, id LIMIT $1)`,
      [LIVE],
    );
  });

  test.each(["cancelBatchCalls", "stopCampaignCalling"])("by %s never deadlock and stay exact", async (stop) => {
    const live = await bed.sql<{ id: string }>("SELECT id FROM retell_calls WHERE call_status = 'in_progress'");
    const background = createBackground(bed.deps.log);
    const deps = { ...bed.deps, background };
    const options = { mode: "drain", by: "test" } as const;
    const stopping =
      stop === "cancelBatchCalls"
        ? Promise.all(batches.map(({ batchId }) => cancelBatchCalls(deps)(batchId, options)))
        : Promise.all([1, 2, 3].map(() => stopCampaignCalling(deps)(batches[0]!.campaignId, options)));
    const settled = await Promise.all(
      live.map(({ id }, n) =>
        // On a busy machine a thousand may wait too long for a connection; Retell retries, and so does this test.
        insist(() => bed.settle(ended(id, n % 2 ? {} : { disconnection_reason: "dial_busy" }), "call_ended")),
      ),
    );
    const receipts = await stopping;
    await background.close();
    expect(settled).toEqual(live.map(() => "settled"));
    for (const receipt of receipts) expect(receipt.pending_calls).toBe(0);
    const totals = await bed.db.campaigns.find(batches[0]!.campaignId);
    expect(totals).toMatchObject({
      pending_calls: 0,
      in_progress_calls: 0,
      completed_calls: LIVE / 2,
      failed_calls: LIVE / 2 + 500,
      cancelled_calls: 500,
    });
    expect(await bed.lines()).toMatchObject({ in_use: 0 });
  });
});
