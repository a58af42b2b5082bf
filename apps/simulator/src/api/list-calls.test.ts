import type Retell from "retell-sdk";
import { type Bench, setUpBench } from "../testing/bench.ts";
import { until } from "../testing/until.ts";

type Criteria = NonNullable<Retell.CallListParams["filter_criteria"]>;
let bench: Bench;
let ids: string[];

/** Six calls: the third rings, the fourth talks, the fifth was busy, the others ended one after the other. */
beforeAll(async () => {
  bench = await setUpBench();
  ids = [];
  const wishes = [{}, {}, { ringMs: null }, { talkMs: null }, { reason: "dial_busy" }, {}];
  for (const [i, sim] of wishes.entries()) {
    const metadata = { call_id: `a${i}`, batch_id: i < 3 ? "b1" : "b2", turn: i, even: i % 2 === 0, sim };
    const { call_id } = await bench.dial({
      metadata,
      from_number: `+1415777444${i % 2}`,
      to_number: `+1213777444${i}`,
    });
    ids.push(call_id);
    const settled = { 2: "registered", 3: "ongoing", 4: "not_connected" }[i] ?? "ended";
    await until(`call ${i} is ${settled}`, () => bench.sim.call(call_id)?.call_status === settled);
  }
});
afterAll(() => bench.close());

const list = (body: Retell.CallListParams) => bench.retell.call.list(body);
/** Which of the six a filter finds, by their number. */
async function found(filter_criteria: Criteria): Promise<number[]> {
  const { items = [] } = await list({ filter_criteria, sort_order: "ascending" });
  return items.map((call) => ids.indexOf(call.call_id));
}
const text = (op: "eq" | "ne" | "sw" | "ew" | "co", value: string) => ({ type: "string" as const, op, value });
const oneOf = <T extends string>(...value: T[]) => ({ type: "enum" as const, op: "in" as const, value });

describe("filters", () => {
  test("call_id", async () => {
    expect(await found({ call_id: text("eq", String(ids[1])) })).toEqual([1]);
    expect(await found({ call_id: oneOf(String(ids[4]), "call_x", String(ids[0]), String(ids[4])) })).toEqual([0, 4]);
    expect(await found({ call_id: text("ne", String(ids[1])) })).toEqual([0, 2, 3, 4, 5]);
  });

  test("metadata: every type, keys ANDed", async () => {
    const keyed = <T extends object>(key: string, filter: T) => ({ key, ...filter });
    expect(await found({ metadata: [keyed("call_id", text("eq", "a3"))] })).toEqual([3]);
    expect(await found({ metadata: [keyed("call_id", oneOf("a5", "a0", "a9"))] })).toEqual([0, 5]);
    expect(await found({ metadata: [keyed("batch_id", text("eq", "b2"))] })).toEqual([3, 4, 5]);
    const [b2, late] = [text("eq", "b2"), { type: "number" as const, op: "gt" as const, value: 3 }];
    expect(await found({ metadata: [keyed("batch_id", b2), keyed("turn", late)] })).toEqual([4, 5]);
    expect(
      await found({ metadata: [keyed("call_id", text("eq", "a3")), keyed("batch_id", text("eq", "b1"))] }),
    ).toEqual([]);
    expect(await found({ metadata: [keyed("turn", { type: "range", op: "bt", value: [1, 2] })] })).toEqual([1, 2]);
    expect(await found({ metadata: [keyed("even", { type: "boolean", op: "eq", value: true })] })).toEqual([0, 2, 4]);
    expect(await found({ metadata: [keyed("nothing", { type: "present", op: "pr" })] })).toEqual([]);
    expect(await found({ metadata: [keyed("turn", { type: "present", op: "np" })] })).toEqual([]);
    expect(await found({ metadata: [keyed("turn", text("eq", "3"))] })).toEqual([]);
  });

  test("call_status and disconnection_reason", async () => {
    expect(await found({ call_status: oneOf("ongoing") })).toEqual([3]);
    expect(await found({ call_status: oneOf("ended", "not_connected") })).toEqual([0, 1, 4, 5]);
    expect(await found({ disconnection_reason: oneOf("dial_busy") } as Criteria)).toEqual([4]);
  });

  test("numbers", async () => {
    expect(await found({ to_number: text("eq", "+12137774442") })).toEqual([2]);
    expect(await found({ from_number: text("ew", "1") })).toEqual([1, 3, 5]);
    expect(await found({ from_number: text("sw", "+1213") })).toEqual([]);
    expect(await found({ from_number: text("co", "7774440"), to_number: text("ne", "+12137774440") })).toEqual([2, 4]);
  });

  test("start_timestamp: a ringing call has none", async () => {
    const startOf = (i: number) => Number(bench.sim.call(String(ids[i]))?.start_timestamp);
    const everything = [0, Date.now() + 1_000];
    expect(await found({ start_timestamp: { type: "range", op: "bt", value: everything } })).toEqual([0, 1, 3, 4, 5]);
    const before = await found({ start_timestamp: { type: "number", op: "lt", value: startOf(3) } });
    const from = await found({ start_timestamp: { type: "number", op: "ge", value: startOf(3) } });
    expect(from).toContain(3);
    expect([...before, ...from].sort((a, b) => a - b)).toEqual([0, 1, 3, 4, 5]);
  });

  test.each([
    ["an unknown filter", { filter_criteria: { agent_tag: oneOf("prod") } }],
    ["registered as a status", { filter_criteria: { call_status: oneOf("registered") } }],
    ["a wrong operator", { filter_criteria: { to_number: { type: "string", op: "like", value: "1" } } }],
    ["metadata without a key", { filter_criteria: { metadata: [text("eq", "a1")] } }],
    ["a limit above 1,000", { limit: 1_001 }],
    ["skip beside a pagination key", { skip: 1, pagination_key: "call_x" }],
    ["a pagination key that is none", { pagination_key: "call_x" }],
  ])("400 for %s", async (_what, body) => {
    await expect(list(body as Retell.CallListParams)).rejects.toMatchObject({ status: 400 });
  });
});

describe("pages", () => {
  /** Every page's calls, by number, following pagination keys. */
  async function pages(body: Retell.CallListParams): Promise<number[][]> {
    const all: number[][] = [];
    let next: string | undefined;
    do {
      const page = await list({ ...body, ...(next && { pagination_key: next }) });
      all.push((page.items ?? []).map((call) => ids.indexOf(call.call_id)));
      expect(page.has_more).toBe(page.pagination_key !== undefined);
      next = page.pagination_key;
    } while (next);
    return all;
  }

  test("run through everything once, newest first unless asked otherwise", async () => {
    expect(await pages({ limit: 4 })).toEqual([
      [5, 4, 3, 2],
      [1, 0],
    ]);
    expect(await pages({ limit: 3, sort_order: "ascending" })).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect(await pages({ limit: 1, filter_criteria: { from_number: text("ew", "1") } })).toEqual([[5], [3], [1]]);
    expect(await pages({ limit: 1, filter_criteria: { call_id: oneOf(...ids.slice(2, 4)) } })).toEqual([[3], [2]]);
  });

  test("skip and total", async () => {
    const page = await list({ skip: 4, limit: 1, include_total: true, sort_order: "ascending" });
    expect(page.items?.map((call) => ids.indexOf(call.call_id))).toEqual([4]);
    expect(page).toMatchObject({ has_more: true, total: 6 });
    expect(await list({ limit: 1 })).not.toHaveProperty("total");
  });

  test("items leave out transcript and recording", async () => {
    const { items } = await list({ filter_criteria: { call_id: text("eq", String(ids[0])) } });
    expect(items?.[0]).toMatchObject({ call_status: "ended", disconnection_reason: "user_hangup" });
    for (const left of ["transcript", "transcript_object", "recording_url"])
      expect(items?.[0]).not.toHaveProperty(left);
  });
});

test("with a lag, a new call is known to get-call at once and listed later", async () => {
  bench.sim.account({ listLagMs: 600_000 });
  const { call_id } = await bench.dial({ metadata: { call_id: "lagging" } });
  const criteria = { metadata: [{ key: "call_id", ...text("eq", "lagging") }] };
  expect((await list({ filter_criteria: criteria })).items).toEqual([]);
  expect((await bench.retell.call.retrieve(call_id)).call_id).toBe(call_id);
  bench.sim.account({ listLagMs: 0 });
  expect((await list({ filter_criteria: criteria })).items).toHaveLength(1);
});
