import { until } from "@ringfence/testkit";
import { undialed, useWorld } from "./testing/world.ts";

const CREATE = "POST /v2/create-phone-call" as const;
const LINES = 3;
const ROWS = 12;

const world = useWorld({ talkMs: 20 });
beforeEach(async () => {
  await world.changeLines({ limit: LINES });
});

const creates = () => world.simulator.state().creates.length;
const pullProbe = () => world.sql("UPDATE lines SET probe_at = clock_timestamp() WHERE held_reason IS NOT NULL");
/** Resolves when no line is in use and dialling is held. */
const heldAndIdle = (what: string) =>
  until(what, async () => {
    const lines = await world.db.lines.view();
    return lines.held && lines.in_use === 0 ? lines.held : null;
  });

test("an outage of Retell costs three candidates and one per probe; all others are called afterwards", async () => {
  world.simulator.fault({ match: CREATE, mode: "status", status: 500, times: null });
  world.worker();
  world.worker();
  const { id } = await world.launch(await world.campaign(ROWS), undialed);
  expect((await heldAndIdle("dialling is held")).reason).toContain("without a clear answer");
  expect(creates()).toBe(LINES);
  expect(await world.batch(id)).toMatchObject({ failed_calls: 3, pending_calls: ROWS - 3, in_progress_calls: 0 });

  await pullProbe();
  await until("the probe was dialled", () => creates() === 4);
  await heldAndIdle("the probe is lost too");
  expect(await world.batch(id)).toMatchObject({ failed_calls: 4, pending_calls: ROWS - 4 });

  world.simulator.clearFaults();
  await pullProbe();
  expect(await world.ended(id)).toMatchObject({ status: "completed", completed_calls: ROWS - 4, failed_calls: 4 });
  expect(creates()).toBe(ROWS);
  expect((await world.db.lines.view()).held).toBeNull();
  expect(
    await world.sql("SELECT error_message, placed, count(*)::int FROM retell_calls GROUP BY 1, 2 ORDER BY 3"),
  ).toEqual([
    { error_message: "Outcome unknown, not redialled", placed: "unknown", count: 4 },
    { error_message: null, placed: "yes", count: ROWS - 4 },
  ]);
});

test("after a call ended for want of payment the other calls wait, and no candidate is lost", async () => {
  world.simulator.outcomes({ default: { reason: "user_hangup", ringMs: 5, talkMs: null } });
  await world.changeLines({ limit: 1 });
  world.worker();
  const { id } = await world.launch(await world.campaign(4), undialed);
  await world.live(1);
  world.simulator.outcomes({ default: { reason: "user_hangup", ringMs: 5, talkMs: 20 } });
  world.simulator.end(world.simulator.state().calls[0]!.call_id, "no_valid_payment");
  await heldAndIdle("dialling is held");
  expect(await world.batch(id)).toMatchObject({ failed_calls: 1, pending_calls: 3 });
  expect(creates()).toBe(1);
  await pullProbe();
  expect(await world.ended(id)).toMatchObject({ completed_calls: 3, failed_calls: 1 });
  expect(creates()).toBe(4);
});
