import { RetellCall } from "@ringfence/domain";
import { useSilentCalls } from "../testing/silent-calls.ts";

const { bed, sweep, sweepWith, listLags, status, sweptAfter, figures } = useSilentCalls();
const GET = "GET /v2/get-call/:id";
const LOST = { call_status: "failed", placed: "yes", error_message: "Lost at Retell", disconnection_reason: null };

describe("an id that Retell does not know", () => {
  test("three times, over five minutes, is lost: its line is freed and its waiting run is notified", async () => {
    const { batchId, ids, retellIds } = await bed.dialled(2);
    bed.simulator.forget(retellIds[0]!);
    const told: string[] = [];
    const queue = { ...bed.queue, announceEnding: async (id: string) => void told.push(id) };
    sweepWith({ queue });
    for (const minutes of [2, 2, 2]) expect(await sweptAfter(minutes, ids[0]!)).toBe("in_progress");
    expect(await bed.call(ids[0]!)).toMatchObject({ missing_times: 3 });
    expect([await bed.lines(), told]).toMatchObject([{ in_use: 2 }, []]);
    expect(await sweptAfter(2, ids[0]!)).toBe("failed");
    expect(await bed.call(ids[0]!)).toMatchObject({
      ...LOST,
      retell_call_id: retellIds[0],
      ended_at: expect.any(Date),
    });
    expect(await bed.lines()).toMatchObject({ in_use: 1 });
    expect(await figures(batchId)).toEqual([0, 1, 0, 1]);
    expect(told).toEqual([ids[0]]);
    expect(bed.counted).toContain("calls_settled Lost at Retell 1");
    expect(await status(ids[1]!)).toBe("in_progress");
  });

  test("for five minutes, but without the third time, is not lost", async () => {
    const { ids, retellIds } = await bed.dialled(1);
    bed.simulator.forget(retellIds[0]!);
    expect(await sweptAfter(20, ids[0]!)).toBe("in_progress");
    expect(await sweptAfter(20, ids[0]!)).toBe("in_progress");
    expect(await sweptAfter(20, ids[0]!)).toBe("failed");
  });

  test.each<[string, () => unknown]>([
    ["asked for by its id", () => undefined],
    ["in the list", () => bed.simulator.account({ listLagMs: 0 })],
  ])("that is there again, %s, begins anew", async (_, seen) => {
    const { ids } = await bed.dialled(1);
    listLags();
    bed.simulator.fault({ match: GET, mode: "status", status: 422, times: 2 });
    for (const minutes of [4, 4]) await sweptAfter(minutes, ids[0]!);
    expect(await bed.call(ids[0]!)).toMatchObject({ missing_times: 2, missing_since: expect.any(Date) });
    seen();
    await sweptAfter(4, ids[0]!);
    expect(await bed.call(ids[0]!)).toMatchObject({ missing_times: 0, missing_since: null });
    listLags();
    bed.simulator.fault({ match: GET, mode: "status", status: 404, times: 3 });
    for (const minutes of [4, 4]) expect(await sweptAfter(minutes, ids[0]!)).toBe("in_progress");
    expect(await sweptAfter(4, ids[0]!)).toBe("failed");
  });

  test("starts a new count after a webhook that the call goes on", async () => {
    const { ids, retellIds } = await bed.dialled(1);
    bed.simulator.forget(retellIds[0]!);
    for (const minutes of [4, 4]) await sweptAfter(minutes, ids[0]!);
    await bed.settle(RetellCall.parse({ call_id: retellIds[0], call_status: "ongoing" }), "call_started");
    expect(await bed.call(ids[0]!)).toMatchObject({ missing_times: 0, missing_since: null });
    expect(await sweptAfter(4, ids[0]!)).toBe("in_progress");
  });

  test.each([500, 503, 401, 403, 429])("is not lost by a %i of Retell, which is no word on a call", async (code) => {
    const { ids } = await bed.dialled(1);
    listLags();
    const headers = { "retry-after-ms": "1" };
    bed.simulator.fault({ match: GET, mode: "status", status: code, times: null, headers });
    for (const minutes of [10, 10, 10, 10]) expect(await sweptAfter(minutes, ids[0]!)).toBe("in_progress");
    expect(await bed.call(ids[0]!)).toMatchObject({ missing_times: 0, missing_since: null });
    expect(bed.logged.map((line) => line.message)).toContain("a call could not be looked up or settled; it is retried");
  });

  test("is not lost by a list request that fails", async () => {
    const { ids } = await bed.dialled(1);
    bed.simulator.account({ keyRevoked: true });
    for (const minutes of [10, 10, 10, 10]) expect(await sweptAfter(minutes, ids[0]!)).toBe("in_progress");
  });
});

describe("a call that Retell's list does not show yet is looked up by its id", () => {
  test("ended: settled; going on: recorded as news", async () => {
    const { batchId, ids, retellIds } = await bed.dialled(2);
    listLags();
    bed.simulator.end(retellIds[0]!);
    await sweptAfter(5, ids[0]!);
    expect(await figures(batchId)).toEqual([0, 1, 1, 0]);
    expect(await bed.call(ids[0]!)).toMatchObject({ call_status: "completed", disconnection_reason: "user_hangup" });
    expect(await bed.sql("SELECT 1 FROM retell_calls WHERE news_at < clock_timestamp() - interval '1 minute'")).toEqual(
      [],
    );
  });
});

describe("a call older than any call can be", () => {
  /** A live call at Retell, `minutes` old, last confirmed as going on `silentFor` minutes ago. */
  async function old(minutes: number, silentFor: number) {
    const { ids } = await bed.dialled(1);
    await bed.passed(minutes);
    await bed.sql("UPDATE retell_calls SET news_at = clock_timestamp() - make_interval(mins => $1)", [silentFor]);
    return ids[0]!;
  }

  test.each<[number, number, string]>([
    [131, 6, "failed"],
    [131, 4, "in_progress"],
    [129, 60, "in_progress"],
  ])("%i minutes, not confirmed for %i: %s", async (minutes, silentFor, expected) => {
    const id = await old(minutes, silentFor);
    listLags();
    bed.simulator.fault({ match: GET, mode: "status", status: 500, times: null });
    await sweep();
    expect(await status(id)).toBe(expected);
    if (expected === "failed") expect(await bed.call(id)).toMatchObject(LOST);
    expect(await bed.lines()).toMatchObject({ in_use: expected === "failed" ? 0 : 1 });
  });

  test("is lost at the first answer that Retell does not know it", async () => {
    const id = await old(131, 6);
    listLags();
    bed.simulator.fault({ match: GET, mode: "status", status: 422, times: null });
    await sweep();
    expect(await bed.call(id)).toMatchObject(LOST);
  });

  test("is kept while Retell answers nothing, but no longer than a day", async () => {
    const id = await old(131, 60);
    bed.simulator.fault({ match: "*", mode: "status", status: 503, times: null });
    for (const hours of [1, 10, 10]) expect(await sweptAfter(hours * 60, id)).toBe("in_progress");
    expect(await sweptAfter(3 * 60, id)).toBe("failed");
    bed.simulator.clearFaults();
    expect(await bed.call(id)).toMatchObject(LOST);
  });

  test("is kept however old while Retell confirms that it goes on", async () => {
    const id = await old(3_000, 600);
    for (let round = 0; round < 3; round++) expect(await sweptAfter(60, id)).toBe("in_progress");
    listLags();
    for (let round = 0; round < 3; round++) expect(await sweptAfter(60, id)).toBe("in_progress");
  });

  test("without a Retell id is left to its run, however old", async () => {
    const { ids } = await bed.rows(1);
    await bed.claim(ids[0]!);
    expect(await sweptAfter(3_000, ids[0]!)).toBe("in_progress");
  });
});
