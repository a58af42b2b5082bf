import { useBed } from "../testing/use-bed.ts";

const bed = useBed();

const waits = (reason: string, askAfterMs: unknown = expect.any(Number)) => ({ kind: "waits", reason, askAfterMs });
const nextDial = (when: string) => `UPDATE lines SET next_dial_at = clock_timestamp() + interval '${when}'`;

describe("with a pace, dials without a clear answer", () => {
  const due = () => bed.sql(nextDial("0"));
  const claimNext = async (id: string) => {
    await due();
    return await bed.ask(id);
  };
  beforeEach(() => bed.db.lines.change({ limit: 100, calls_per_second: 1 }));

  test("no claim passes three open dials until one is answered", async () => {
    const { ids } = await bed.rows(5);
    const open = [];
    for (const id of ids.slice(0, 3)) {
      await due();
      open.push(await bed.claim(id));
    }
    expect(await claimNext(ids[3]!)).toEqual(waits("unanswered", 250));
    await bed.db.calls.recordPlaced(open[1]!, "call_1");
    expect(await claimNext(ids[3]!)).toMatchObject({ kind: "yours" });
    expect(await claimNext(ids[4]!)).toEqual(waits("unanswered", 250));
  });

  test("dials that ended so count as well", async () => {
    const { ids } = await bed.rows(4);
    for (const id of ids.slice(0, 2)) {
      await due();
      await bed.db.calls.recordUnknown(await bed.claim(id));
    }
    expect(await claimNext(ids[2]!)).toMatchObject({ kind: "yours" });
    expect(await claimNext(ids[3]!)).toEqual(waits("unanswered", 250));
  });

  test("dials too old to be open do not count", async () => {
    const { ids } = await bed.rows(4);
    for (const id of ids.slice(0, 3)) await claimNext(id);
    await bed.sql("UPDATE retell_calls SET claimed_at = claimed_at - interval '11 seconds'");
    expect(await claimNext(ids[3]!)).toMatchObject({ kind: "yours" });
  });

  test("the limit is three seconds of pace, if that is more", async () => {
    await bed.db.lines.change({ calls_per_second: 2 });
    const { ids } = await bed.rows(7);
    for (const id of ids.slice(0, 6)) expect(await claimNext(id)).toMatchObject({ kind: "yours" });
    expect(await claimNext(ids[6]!)).toEqual(waits("unanswered", 250));
  });

  test("there is no such limit without a pace and for a probe", async () => {
    const { ids } = await bed.rows(5);
    for (const id of ids.slice(0, 3)) await claimNext(id);
    await bed.hold("x");
    await bed.probe();
    expect(await claimNext(ids[3]!)).toMatchObject({ kind: "yours", call: { probe: true } });
    await bed.db.lines.resume();
    expect(await claimNext(ids[4]!)).toEqual(waits("unanswered", 250));
    await bed.db.lines.change({ calls_per_second: 0 });
    expect(await claimNext(ids[4]!)).toMatchObject({ kind: "yours" });
  });
});

/** Times of the claims, in ms since the first claim, in order. */
const claimTimes = async (): Promise<number[]> => {
  const rows = await bed.sql<{ ms: number }>(
    `SELECT (extract(epoch FROM claimed_at - min(claimed_at) OVER ()) * 1000)::float8 AS ms
     FROM retell_calls WHERE claimed_at IS NOT NULL ORDER BY claimed_at`,
  );
  return rows.map(({ ms }) => ms);
};

describe("the pace", () => {
  test.each([
    [2, 4],
    [12.5, 12],
    [60, 40],
  ])(
    "at %d a second any of %d claims over ten connections are as far apart as it allows, less 20 ms",
    async (perSecond, claims) => {
      await bed.db.lines.change({ limit: 100, calls_per_second: perSecond });
      const { ids } = await bed.rows(claims);
      const waiting = [...ids];
      const claimer = async () => {
        for (let id = waiting.pop(); id; id = waiting.pop()) {
          for (let claim = await bed.ask(id); claim.kind !== "yours"; claim = await bed.ask(id)) {
            expect(claim).toEqual(waits(expect.stringMatching(/^(pace|raced)$/) as unknown as string));
          }
        }
      };
      await Promise.all(Array.from({ length: 10 }, claimer));
      const at = await claimTimes();
      expect(at).toHaveLength(claims);
      for (const [first, from] of at.entries()) {
        for (const [further, to] of at.slice(first).entries())
          expect(to - from).toBeGreaterThanOrEqual((further * 1_000) / perSecond - (further > 0 ? 20 : 0));
      }
    },
  );

  test("a claim that began too early for the pace is measured when it gets the line, not when it began", async () => {
    const { ids } = await bed.rows(1);
    const client = await bed.connect();
    await client.query("BEGIN");
    await client.query("SELECT 1 FROM lines FOR UPDATE");
    const claim = bed.ask(ids[0]!);
    await bed.lockWaits();
    await client.query("UPDATE lines SET next_dial_at = clock_timestamp()");
    await client.query("COMMIT");
    client.release();
    expect(await claim).toMatchObject({ kind: "yours" });
  });

  test("without a pace next_dial_at is left alone; a new one counts from the last claim", async () => {
    const { ids } = await bed.rows(3);
    const { next_dial_at: before } = await bed.lines();
    await bed.claim(ids[0]!);
    expect(await bed.lines()).toMatchObject({ next_dial_at: before });
    await bed.db.lines.change({ calls_per_second: 0.001 });
    expect(await bed.ask(ids[1]!)).toEqual(waits("pace", 1_000));
    await bed.db.lines.change({ calls_per_second: 1_000 });
    expect(await bed.ask(ids[1]!)).toMatchObject({ kind: "yours" });
    await bed.db.lines.change({ calls_per_second: 0 });
    expect(await bed.ask(ids[2]!)).toMatchObject({ kind: "yours" });
  });

  test("a claim's time is its own, not the scheduled time, and a late claim does not delay the next", async () => {
    await bed.db.lines.change({ calls_per_second: 1 });
    const { ids } = await bed.rows(2);
    await bed.sql("UPDATE lines SET next_dial_at = clock_timestamp() - interval '10 ms'");
    await bed.claim(ids[0]!);
    const [row] = await bed.sql<{ made_up: boolean; own: boolean }>(
      `SELECT l.next_dial_at < c.claimed_at + interval '991 ms' AS made_up, l.last_dial_at = c.claimed_at AS own
       FROM lines l, retell_calls c WHERE c.claimed_at IS NOT NULL`,
    );
    expect(row).toEqual({ made_up: true, own: true });
  });

  test.each<[string, () => Promise<unknown>]>([
    ["changed to what it is", () => bed.db.lines.change({ calls_per_second: 2, limit: 100 })],
    [
      "raised and lowered",
      () => bed.db.lines.change({ calls_per_second: 1.5 }).then(() => bed.db.lines.change({ calls_per_second: 2 })),
    ],
    ["resumed", () => bed.db.lines.resume()],
  ])("is kept however often lines are %s", async (_, act) => {
    await bed.db.lines.change({ limit: 100, calls_per_second: 2 });
    const { ids } = await bed.rows(4);
    for (const id of ids) {
      for (let claim = await bed.ask(id); claim.kind !== "yours"; claim = await bed.ask(id)) await act();
    }
    const at = await claimTimes();
    for (const [n, to] of at.slice(1).entries()) expect(to - at[n]!).toBeGreaterThanOrEqual(480);
  });
});
