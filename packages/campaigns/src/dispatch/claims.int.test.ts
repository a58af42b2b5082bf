import { useBed } from "../testing/use-bed.ts";

const bed = useBed();

const waits = (reason: string, askAfterMs: unknown = expect.any(Number)) => ({ kind: "waits", reason, askAfterMs });
const nextDial = (when: string) => `UPDATE lines SET next_dial_at = clock_timestamp() + interval '${when}'`;

describe("a claim is refused by each of its conditions alone, and granted without it", () => {
  test.each<[string, string, string, object]>([
    [
      "a hold",
      "UPDATE lines SET held_reason = 'x', held_since = now()",
      "UPDATE lines SET held_reason = NULL, held_since = NULL",
      waits("held", 1_000),
    ],
    ["full lines", "UPDATE lines SET line_limit = 1", "UPDATE lines SET line_limit = 2", waits("lines_full", 1_000)],
    [
      "full lines and a pace",
      "UPDATE lines SET line_limit = 1, calls_per_second = 100",
      "UPDATE lines SET line_limit = 2",
      waits("lines_full", 1_000),
    ],
    ["the pace", nextDial("1 hour"), nextDial("0"), waits("pace", 1_000)],
  ])("%s", async (_, set, undo, refusal) => {
    const { ids } = await bed.rows(2);
    await bed.claim(ids[1]!);
    const before = await bed.call(ids[0]!);
    await bed.sql(set);
    expect(await bed.ask(ids[0]!)).toEqual(refusal);
    expect(await bed.call(ids[0]!)).toEqual(before);
    await bed.sql(undo);
    expect(await bed.ask(ids[0]!)).toMatchObject({ kind: "yours" });
  });

  test("a cancelled batch, though another batch of the campaign goes on", async () => {
    const campaignId = await bed.campaign(2);
    const [one, other] = [await bed.launchRows(campaignId, 1), await bed.launchRows(campaignId)];
    await bed.db.stops.brake(one.batchId);
    expect(await bed.ask(one.ids[0]!)).toEqual({ kind: "braked" });
    expect(await bed.ask(other.ids[0]!)).toMatchObject({ kind: "yours" });
    await bed.db.stops.flip(one.batchId);
    expect(await bed.ask(one.ids[0]!)).toEqual({ kind: "settled", status: "failed" });
  });

  test("a row that is not pending", async () => {
    const { ids } = await bed.rows(2);
    await bed.claim(ids[0]!);
    expect(await bed.ask(ids[0]!)).toEqual({
      kind: "interrupted",
      claimNo: 1,
      claimAgeMs: expect.any(Number),
      claimedBy: expect.any(String),
    });
    await bed.place(ids[1]!, "call_1");
    expect(await bed.ask(ids[1]!)).toEqual({ kind: "live", retellCallId: "call_1" });
    await bed.sql("UPDATE retell_calls SET call_status = 'completed'");
    expect(await bed.ask(ids[1]!)).toEqual({ kind: "settled", status: "completed" });
  });

  test("a row that does not exist", async () =>
    expect(await bed.ask("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")).toEqual({ kind: "gone" }));
});

test("a granted claim hands over the whole dial and is recorded on the row", async () => {
  const { ids, campaignId, batchId } = await bed.rows(1);
  await bed.db.campaigns.update(campaignId, { agent_id: "agent_7", from_number: "+14150000000" });
  await bed.sql(`UPDATE candidates SET dynamic_variables = '{"name": "Ana"}'`);
  const begun = new Date();
  expect(await bed.ask(ids[0]!)).toEqual({
    kind: "yours",
    call: {
      callId: ids[0],
      batchId,
      campaignId,
      claimNo: 1,
      toNumber: "+14155551000",
      fromNumber: "+14150000000",
      agentId: "agent_7",
      dynamicVariables: { name: "Ana" },
      probe: false,
    },
  });
  const row = await bed.call(ids[0]!);
  expect(row).toMatchObject({ call_status: "in_progress", placed: "unknown", claim_no: 1, dialed_at: null });
  expect(Math.abs(Number(row.claimed_at) - Number(begun))).toBeLessThan(5_000);
  expect(await bed.lines()).toMatchObject({ in_use: 1, turn_now: row.turn });
});

test("claims move turn_now up, never down", async () => {
  const { ids } = await bed.rows(3);
  for (const [at, turn] of [
    [2, "3"],
    [0, "3"],
    [1, "3"],
  ] as const) {
    await bed.claim(ids[at]!);
    expect(await bed.lines()).toMatchObject({ turn_now: turn });
  }
});

test("a hold lets one claim through as its probe, and only when it is opened", async () => {
  const { ids } = await bed.rows(5);
  await bed.hold("Retell refused the key");
  expect(await bed.ask(ids[0]!)).toEqual(waits("held", 1_000));
  for (const round of [0, 1]) {
    await bed.sql("UPDATE lines SET probe_at = clock_timestamp()");
    await bed.db.lines.openProbe((await bed.db.lines.takeProbe())!);
    const claims = await Promise.all(ids.slice(0, 4).map((id) => bed.ask(id)));
    expect(claims.filter((claim) => claim.kind === "yours")).toMatchObject([{ call: { probe: true } }]);
    expect(claims.filter((claim) => claim.kind === "waits")).toHaveLength(3 - round);
  }
  await bed.db.lines.resume();
  expect(await bed.ask(ids[4]!)).toMatchObject({ kind: "yours", call: { probe: false } });
});

test("a probe of a hold that was lifted meanwhile does not open a later hold", async () => {
  const { ids } = await bed.rows(1);
  await bed.hold("x");
  await bed.sql("UPDATE lines SET probe_at = clock_timestamp()");
  const probe = await bed.db.lines.takeProbe();
  await bed.db.lines.resume();
  await bed.sql("UPDATE lines SET held_reason = 'Do not call today', held_since = clock_timestamp()");
  await bed.db.lines.openProbe(probe!);
  expect(await bed.ask(ids[0]!)).toMatchObject({ reason: "held" });
});

describe("of parallel claims,", () => {
  test("exactly 100 of 300 are granted with 100 free lines", async () => {
    await bed.db.lines.change({ limit: 100 });
    const { ids } = await bed.rows(300);
    const claims = await Promise.all(ids.map((id) => bed.ask(id)));
    expect(claims.filter((claim) => claim.kind === "yours")).toHaveLength(100);
    expect(claims.filter((claim) => claim.kind === "waits")).toHaveLength(200);
    expect(await bed.lines()).toMatchObject({ in_use: 100 });
  });

  test("one of twenty for the same row is granted", async () => {
    const { ids } = await bed.rows(1);
    const claims = await Promise.all(Array.from({ length: 20 }, () => bed.ask(ids[0]!)));
    expect(claims.filter((claim) => claim.kind === "yours")).toHaveLength(1);
    for (const { kind } of claims) expect(["yours", "interrupted", "waits"]).toContain(kind);
    expect(await bed.ask(ids[0]!)).toMatchObject({ kind: "interrupted", claimNo: 1 });
  });

  test("none is granted from a lowered limit on, with more calls going on than it allows", async () => {
    const { ids } = await bed.rows(6);
    for (const id of ids.slice(0, 4)) await bed.claim(id);
    await bed.db.lines.change({ limit: 2 });
    expect(await bed.ask(ids[4]!)).toEqual(waits("lines_full", 1_000));
    await bed.sql("UPDATE retell_calls SET call_status = 'completed' WHERE id = ANY ($1)", [ids.slice(0, 3)]);
    expect(await bed.ask(ids[4]!)).toMatchObject({ kind: "yours" });
    expect(await bed.ask(ids[5]!)).toEqual(waits("lines_full", 1_000));
  });
});
