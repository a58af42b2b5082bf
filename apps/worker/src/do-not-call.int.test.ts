import { addToDoNotCall } from "@ringfence/campaigns";
import { ON_DO_NOT_CALL_LIST } from "@ringfence/domain";
import { brokenBooks, until } from "@ringfence/testkit";
import { undialed, useWorld } from "./testing/world.ts";

const world = useWorld({ talkMs: 20 });

const number = (n: number) => `+1415${5_551_000 + n}`;

test("two workers dial no number listed before or during a batch after the answer, and all others", async () => {
  await world.db.lines.change({ limit: 4 });
  const list = async (...numbers: number[]) => {
    await addToDoNotCall({ db: world.db })(
      [numbers.map((n) => ({ input: { phone_number: number(n) }, line: null, values: number(n) }))],
      {},
      "test",
    );
    return new Set(world.simulator.state().calls.map((call) => call.to_number));
  };
  await list(0, 7);
  const campaignId = await world.campaign(40);
  world.worker();
  world.worker();
  const { id } = await world.launch(campaignId, undialed);
  await until("some are dialled", () => world.dials() >= 4);
  const before = await list(5, 20, 21, 39);
  const batch = await world.ended(id);

  const kept = [0, 7, 5, 20, 21, 39].map(number).filter((each) => !before.has(each));
  const dialled = world.simulator.state().calls.map((call) => call.to_number);
  expect(kept).toEqual(expect.arrayContaining([0, 7, 39].map(number)));
  expect(dialled.filter((each) => kept.includes(each))).toEqual([]);
  expect(new Set(dialled).size).toBe(40 - kept.length);
  expect(batch).toMatchObject({
    status: "completed",
    total_candidates: 40,
    completed_calls: 40 - kept.length,
    failed_calls: kept.length,
    cancelled_calls: 0,
  });
  expect(await world.db.lists.reasons({ batchId: id }, false)).toContainEqual({
    call_status: "failed",
    reason: ON_DO_NOT_CALL_LIST,
    calls: kept.length,
  });
  expect(await brokenBooks(world)).toEqual([]);
});
