import Retell from "retell-sdk";
import { ZodError } from "zod";
import type { FaultSpec } from "./index.ts";
import { type Bench, setUpBench } from "./testing/bench.ts";
import { until } from "./testing/until.ts";

const CREATE = "POST /v2/create-phone-call";
const NEVER_MS = 600_000;
const OURS = { metadata: { call_id: "a1" } };
let bench: Bench;

beforeEach(async () => {
  bench = await setUpBench({ outcomes: { default: { reason: "user_hangup", ringMs: null } } });
});
afterEach(() => bench.close());

const fault = (spec: Omit<FaultSpec, "match">) => bench.sim.fault({ match: CREATE, ...spec });
const thrown = (request: Promise<unknown>) =>
  request.then(
    () => undefined,
    (error: unknown) => error,
  );
const inTheBooks = () => bench.sim.state().creates;

describe("what the SDK throws and whether there is a call", () => {
  test.each([
    [{ mode: "status" }, Retell.InternalServerError, 500, false],
    [{ mode: "status", status: 429 }, Retell.RateLimitError, 429, false],
    [{ mode: "status", status: 403, message: "Go away." }, Retell.PermissionDeniedError, 403, false],
    [{ mode: "status_after" }, Retell.InternalServerError, 502, true],
    [{ mode: "status_after", status: 409 }, Retell.ConflictError, 409, true],
  ] as const)("%j", async (spec, type, status, accepted) => {
    fault(spec);
    const error = await thrown(bench.dial(OURS));
    expect(error).toBeInstanceOf(type);
    if ("message" in spec) expect((error as Error).message).toBe(`${status} ${spec.message}`);
    expect(inTheBooks()).toMatchObject([{ call_id: "a1", accepted, status }]);
    expect(bench.sim.figures()).toMatchObject({ dials: accepted ? 1 : 0, currentConcurrency: accepted ? 1 : 0 });
  });

  test.each([
    ["reset_before", false],
    ["reset_after", true],
  ] as const)("%s", async (mode, accepted) => {
    fault({ mode });
    const error = await thrown(bench.dial(OURS));
    expect(error).toBeInstanceOf(Retell.APIConnectionError);
    expect(error).toMatchObject({ status: undefined });
    expect(inTheBooks()).toMatchObject([{ call_id: "a1", accepted, status: null }]);
    expect(bench.sim.state().dialsPerCall).toEqual(accepted ? { a1: 1 } : {});
  });

  test("hang_after: the client times out, the call exists and is found by its metadata", async () => {
    fault({ mode: "hang_after" });
    const patient = { maxRetries: 0, timeout: 1_500 };
    const body = { from_number: "+14157774444", to_number: "+12137774445", ...OURS };
    const error = await thrown(bench.retell.call.createPhoneCall(body, patient));
    // Outside jest it is the subclass APIConnectionTimeoutError; in here fetch throws another realm's DOMException, which the SDK cannot name.
    expect(error).toBeInstanceOf(Retell.APIConnectionError);
    const byMetadata = { metadata: [{ key: "call_id", type: "string" as const, op: "eq" as const, value: "a1" }] };
    const { items } = await bench.retell.call.list({ filter_criteria: byMetadata });
    expect(items.map((call) => call.call_id)).toEqual([inTheBooks()[0]?.retell_call_id]);
  });
});

describe("the hazard of an SDK that retries creates", () => {
  const body = { from_number: "+14157774444", to_number: "+12137774445", ...OURS };
  const atOnce = { "retry-after-ms": "1" };

  test("with its defaults, three lost answers are three calls to one person", async () => {
    fault({ mode: "status_after", status: 502, times: 3, headers: atOnce });
    const byDefault = new Retell({ apiKey: bench.sim.apiKey, baseURL: bench.sim.url });
    await thrown(byDefault.call.createPhoneCall(body));
    expect(bench.sim.state()).toMatchObject({ dialsPerCall: { a1: 3 }, maxDialsPerCall: 3, retriedCreates: 2 });
    expect(inTheBooks().map(({ retryCount }) => retryCount)).toEqual([0, 1, 2]);
  });

  test("with maxRetries 0 it is one", async () => {
    fault({ mode: "status_after", status: 502, times: 3, headers: atOnce });
    await thrown(bench.retell.call.createPhoneCall(body));
    expect(bench.sim.figures()).toMatchObject({ createRequests: 1, maxDialsPerCall: 1, retriedCreates: 0 });
  });
});

describe("late answers", () => {
  /** A create that the caller gives up once the condition holds. */
  const abandonedWhen = async (what: string, condition: () => boolean) => {
    const giveUp = new AbortController();
    const body = { from_number: "+14157774444", to_number: "+12137774445", ...OURS };
    const request = thrown(bench.retell.call.createPhoneCall(body, { signal: giveUp.signal }));
    await until(what, condition);
    giveUp.abort();
    expect(await request).toBeInstanceOf(Retell.APIUserAbortError);
  };

  test("slow: the call exists long before it is answered", async () => {
    fault({ mode: "slow", delayMs: NEVER_MS });
    await abandonedWhen("the call is made", () => bench.sim.figures().dials === 1);
    expect(inTheBooks()).toMatchObject([{ accepted: true, status: null }]);
    fault({ mode: "slow", delayMs: 30 });
    const before = performance.now();
    expect(await bench.dial()).toMatchObject({ call_status: "registered" });
    expect(performance.now() - before).toBeGreaterThan(28);
    expect(inTheBooks()[1]).toMatchObject({ status: 201 });
  });

  test("late: nothing is done until the time has come, and then even if nobody listens", async () => {
    fault({ mode: "late", delayMs: 200 });
    await abandonedWhen("the request came", () => bench.sim.figures().createRequests === 1);
    await until("the call is made", () => bench.sim.figures().dials === 1);
    fault({ mode: "late", delayMs: NEVER_MS });
    await abandonedWhen("the request came", () => bench.sim.figures().createRequests === 2);
    expect(bench.sim.figures().dials).toBe(1);
  });
});

describe("the list of faults", () => {
  test("hits the named route only, so many times, in the order given", async () => {
    fault({ mode: "status", status: 503, times: 2 });
    fault({ mode: "status", status: 418 });
    bench.sim.fault({ match: "GET /v2/get-call/:id", mode: "status", status: 500 });
    const statuses: unknown[] = [];
    for (let i = 0; i < 4; i++) {
      statuses.push(
        await bench.dial().then(
          () => 201,
          ({ status }: { status: number }) => status,
        ),
      );
    }
    expect(statuses).toEqual([503, 503, 418, 201]);
    const [{ retell_call_id = "" } = {}] = inTheBooks().filter(({ accepted }) => accepted);
    await expect(bench.retell.call.retrieve(String(retell_call_id))).rejects.toMatchObject({ status: 500 });
    await expect(bench.retell.call.retrieve(String(retell_call_id))).resolves.toBeDefined();
  });

  test("* hits every route, null until it is cleared", async () => {
    bench.sim.fault({ match: "*", mode: "reset_before", times: null });
    for (let i = 0; i < 3; i++) {
      await expect(bench.retell.concurrency.retrieve()).rejects.toThrow(Retell.APIConnectionError);
      await expect(bench.dial()).rejects.toThrow(Retell.APIConnectionError);
    }
    bench.sim.clearFaults();
    await expect(bench.dial()).resolves.toBeDefined();
  });

  test("refuses a fault that could never strike", () => {
    expect(() => bench.sim.fault({ match: "POST /v2/creat" as "*", mode: "status" })).toThrow(ZodError);
    expect(() => bench.sim.fault({ match: "*", mode: "sloow" as "slow" })).toThrow(ZodError);
  });

  test("a reset cuts off who still waits", async () => {
    fault({ mode: "hang_after" });
    const waiting = thrown(bench.dial());
    await until("the call is made", () => bench.sim.figures().dials === 1);
    bench.sim.reset();
    expect(await waiting).toBeInstanceOf(Retell.APIConnectionError);
    expect(bench.sim.figures()).toMatchObject({ createRequests: 0, dials: 0, currentConcurrency: 0 });
  });
});
