import { TEST_DIAL_TIMEOUT_MS } from "@ringfence/campaigns/testing";
import { until } from "@ringfence/testkit";
import { undialed, useWorld } from "./testing/world.ts";

const CREATE = "POST /v2/create-phone-call" as const;
const world = useWorld({ talkMs: 20 });

const launchOne = async () => (await world.launch(await world.campaign(1), undialed)).id;
const row = async () => (await world.sql("SELECT call_status, placed, error_message, claim_no FROM retell_calls"))[0];

test.each([400, 404, 422])("%i fails the call with Retell's message and frees the line", async (status) => {
  world.simulator.fault({ match: CREATE, mode: "status", times: 1, status, message: "Not like this." });
  world.worker();
  await world.ended(await launchOne());
  expect(await row()).toMatchObject({ call_status: "failed", placed: "no", error_message: "Not like this." });
  expect(world.simulator.state().creates).toHaveLength(1);
});

test("a call refused with 429 is released, the pace slows, and the call is dialled again", async () => {
  world.simulator.fault({ match: CREATE, mode: "status", times: 2, status: 429 });
  world.worker();
  const { id } = await world.launch(await world.campaign(5), undialed);
  await until(
    "the pace is slowed",
    async () =>
      (await world.sql("SELECT 1 FROM lines WHERE slow_step > 0 AND next_dial_at > clock_timestamp()")).length,
  );
  await world.ended(id);
  expect(await world.sql("SELECT slow_step FROM lines")).toEqual([{ slow_step: 0 }]);
  expect(await world.batch(id)).toMatchObject({ status: "completed", completed_calls: 5 });
});

test("a 429 in a braked batch: the stop waits for the open dial, and the row is cancelled, not released", async () => {
  world.simulator.account({ concurrencyLimit: 0 });
  world.simulator.fault({ match: CREATE, mode: "slow", times: 1, delayMs: 300 });
  world.worker();
  const id = await launchOne();
  await until("the request is under way", () => world.simulator.state().creates.length === 1);
  expect(await world.cancel(id, { mode: "drain", by: "test" })).toMatchObject({
    cancelled_now: 1,
    cancelled_calls: 1,
    in_progress_calls: 0,
    pending_calls: 0,
  });
  expect(await row()).toMatchObject({ call_status: "failed", error_message: "Batch cancelled by user", placed: "no" });
  expect(world.simulator.state().creates).toEqual([expect.objectContaining({ status: 429 })]);
});

test.each([401, 402, 403])(
  "%i holds all dialling, releases the row, and a probing call lifts the hold",
  async (status) => {
    world.simulator.fault({ match: CREATE, mode: "status", times: 1_000, status });
    world.worker();
    const { id } = await world.launch(await world.campaign(3), undialed);
    const { held } = await until("dialling is held", async () => {
      const lines = await world.db.lines.view();
      return lines.held && lines.in_use === 0 ? lines : null;
    });
    expect(held!.reason).toContain(String(status));
    const refused = world.simulator.state().creates.length;
    await world.sql("UPDATE lines SET probe_at = clock_timestamp()");
    await until("the probing call is refused too", () => world.simulator.state().creates.length === refused + 1);
    world.simulator.clearFaults();
    await until(
      "the next probe is set",
      async () => (await world.sql("SELECT 1 FROM lines WHERE in_use = 0 AND NOT probe_open")).length,
    );
    await world.sql("UPDATE lines SET probe_at = clock_timestamp()");
    await world.ended(id);
    expect((await world.db.lines.view()).held).toBeNull();
    expect(world.dials()).toBe(3);
    expect(world.simulator.state().creates.length).toBe(refused + 4);
  },
);

test("a hold is lifted by hand", async () => {
  world.simulator.account({ paymentRequired: true });
  world.worker();
  const id = await launchOne();
  await until("dialling is held", async () => (await world.db.lines.view()).held);
  world.simulator.account({ paymentRequired: false });
  await world.resume();
  expect(await world.ended(id)).toMatchObject({ completed_calls: 1 });
});

test.each(["status_after", "reset_after"] as const)(
  "after a dial with %s the call exists, is found by its metadata and attached, never dialled again",
  async (mode) => {
    world.simulator.fault({ match: CREATE, mode, times: 1, status: 502 });
    world.worker();
    const id = await launchOne();
    expect(await world.ended(id)).toMatchObject({ completed_calls: 1 });
    expect(world.simulator.state().creates).toHaveLength(1);
  },
);

test("a call whose dial got no answer is found after the time-out and attached", async () => {
  world.simulator.outcomes({ default: { reason: "user_hangup", ringMs: 5, talkMs: TEST_DIAL_TIMEOUT_MS * 2 } });
  world.simulator.fault({ match: CREATE, mode: "hang_after", times: 1 });
  world.worker();
  const id = await launchOne();
  await until("the row is attached", async () => (await row())?.placed === "yes");
  expect(await world.ended(id)).toMatchObject({ completed_calls: 1 });
  expect(world.simulator.state().creates).toHaveLength(1);
});

test.each(["reset_before", "status"] as const)(
  "a dial with %s that the list never shows fails with 'Outcome unknown, not redialled'",
  async (mode) => {
    world.simulator.fault({ match: CREATE, mode, times: 1, status: 500 });
    world.worker();
    const id = await launchOne();
    await until("it is dialled", () => world.simulator.state().creates.length === 1);
    const dialled = await row();
    await world.ended(id);
    expect(await row()).toMatchObject({
      call_status: "failed",
      placed: "unknown",
      error_message: "Outcome unknown, not redialled",
      claim_no: dialled?.claim_no,
    });
    expect(world.simulator.state().creates).toHaveLength(1);
  },
);

test("a call is surely not placed while Retell is unreachable, and is dialled later", async () => {
  await world.simulator.close();
  world.worker();
  const id = await launchOne();
  await until("the row was released", async () => {
    const now = await row();
    return now?.call_status === "pending" && Number(now.claim_no) >= 1;
  });
  expect(await row()).toMatchObject({ placed: "no" });
  await world.cancel(id, { mode: "drain", by: "test" });
  expect(await row()).toMatchObject({ call_status: "failed", error_message: "Batch cancelled by user" });
});
