import Retell from "retell-sdk";
import { type Bench, setUpBench } from "../testing/bench.ts";
import { until } from "../testing/until.ts";

const HELD = { outcomes: { default: { reason: "user_hangup", ringMs: 0, talkMs: null, analyzeMs: null } } };
const NUMBERS = { from_number: "+14157774444", to_number: "+12137774445" };
let bench: Bench;

beforeEach(async () => {
  bench = await setUpBench(HELD);
});
afterEach(() => bench.close());

/** The status and message the SDK throws for a request. */
async function refusal(request: Promise<unknown>): Promise<{ status: number | undefined; message: string }> {
  const error = await request.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Retell.APIError)) throw new Error(`Not refused: ${String(error)}`);
  expect(error.error).toEqual({ status: "error", message: expect.any(String) });
  expect(error.headers?.get("content-type")).toBe("application/json; charset=utf-8");
  return { status: error.status, message: (error.error as { message: string }).message };
}

describe("POST /v2/create-phone-call", () => {
  test("answers 201 with a registered call that carries what was sent", async () => {
    const { data, response } = await bench.retell.call
      .createPhoneCall({
        ...NUMBERS,
        override_agent_id: "agent_7",
        metadata: { call_id: "a1", batch_id: "b1", campaign_id: "c1" },
        retell_llm_dynamic_variables: { first_name: "Ana" },
      })
      .withResponse();
    expect(response.status).toBe(201);
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(data).toEqual({
      call_id: expect.stringMatching(/^call_[0-9a-f]{27}$/),
      call_type: "phone_call",
      agent_id: "agent_7",
      agent_version: 1,
      agent_name: "Sim agent",
      call_status: "registered",
      direction: "outbound",
      ...NUMBERS,
      metadata: { call_id: "a1", batch_id: "b1", campaign_id: "c1" },
      retell_llm_dynamic_variables: { first_name: "Ana" },
      custom_sip_headers: {},
      latency: {},
      call_cost: {
        product_costs: [],
        total_duration_seconds: 0,
        total_duration_unit_price: 0,
        combined_cost: 0,
      },
      data_storage_setting: "everything",
      opt_in_signed_url: false,
    });
  });

  test("leaves out metadata and variables that were not sent", async () => {
    const call = await bench.dial();
    expect(call).not.toHaveProperty("metadata");
    expect(call).not.toHaveProperty("retell_llm_dynamic_variables");
  });

  const dial = (body: object) => refusal(bench.retell.call.createPhoneCall({ ...NUMBERS, ...body }));
  const wrong = (body: object) => refusal(bench.retell.post("/v2/create-phone-call", { body }));

  test("refuses in the order key, form, number, payment, lines", async () => {
    bench.sim.account({ keyRevoked: true, numbers: [], paymentRequired: true, concurrencyLimit: 0 });
    expect(await dial({ to_number: "0123" })).toEqual({ status: 401, message: "API key is missing or invalid." });
    bench.sim.account({ keyRevoked: false });
    expect((await dial({ to_number: "0123" })).status).toBe(400);
    expect(await dial({})).toEqual({
      status: 422,
      message: "Cannot find requested asset under given api key.",
    });
    bench.sim.account({ numbers: [NUMBERS.from_number] });
    expect(await dial({})).toEqual({ status: 402, message: "Trial has ended, please add payment method." });
    bench.sim.account({ paymentRequired: false });
    expect(await dial({})).toEqual({
      status: 429,
      message: "Account rate limited, please throttle your requests.",
    });
    bench.sim.account({ concurrencyLimit: 1 });
    await bench.dial();
    expect(bench.sim.figures()).toMatchObject({ createRequests: 6, refused: 5, dials: 1 });
  });

  test.each([
    ["no number to call", { from_number: NUMBERS.from_number }],
    ["a number that is not E.164", { ...NUMBERS, to_number: "2137774445" }],
    ["variables that are not strings", { ...NUMBERS, retell_llm_dynamic_variables: { n: 1 } }],
    ["metadata that is no object", { ...NUMBERS, metadata: "a1" }],
  ])("answers 400 to %s", async (_what, body) => {
    expect(await wrong(body)).toEqual({
      status: 400,
      message: "Invalid request format, please check API reference.",
    });
    expect(bench.sim.figures().dials).toBe(0);
  });

  test("answers 400 to a body that is no JSON, and notes the request", async () => {
    const headers = { authorization: `Bearer ${bench.sim.apiKey}`, "content-type": "application/json" };
    const answer = await fetch(`${bench.sim.url}/v2/create-phone-call`, { method: "POST", headers, body: '{"from' });
    expect(answer.status).toBe(400);
    expect(bench.sim.state().creates).toMatchObject([{ call_id: null, accepted: false, status: 400 }]);
  });
});

describe("the other endpoints", () => {
  test("get-call shows the call as it stands now", async () => {
    const { call_id } = await bench.dial();
    await until("somebody answers", () => bench.sim.call(call_id)?.call_status === "ongoing");
    const live = await bench.retell.call.retrieve(call_id);
    expect(live).toMatchObject({ call_status: "ongoing", start_timestamp: expect.any(Number) });
    expect(live).not.toHaveProperty("disconnection_reason");
    bench.sim.end(call_id, "agent_hangup");
    const ended = await bench.retell.call.retrieve(call_id);
    expect(ended).toMatchObject({
      call_status: "ended",
      disconnection_reason: "agent_hangup",
      transcript: expect.stringContaining("Agent: "),
      transcript_object: [{ role: "agent" }, { role: "user" }],
      recording_url: `${bench.sim.url}/recordings/${call_id}.wav`,
      end_timestamp: expect.any(Number),
    });
    const shaped: Omit<Retell.PhoneCallResponse, "disconnection_reason"> | undefined = bench.sim.call(call_id);
    expect(shaped).toEqual(ended);
    expect(ended.duration_ms).toBe(Number(ended.end_timestamp) - Number(ended.start_timestamp));
  });

  test("get-call answers 422 to an unknown id", async () => {
    expect((await refusal(bench.retell.call.retrieve("call_x"))).status).toBe(422);
  });

  test("get-concurrency counts ringing and talking calls and those of others", async () => {
    bench.sim.account({ foreignCalls: 2, concurrencyLimit: 30, reservedInbound: 4 });
    await bench.dial();
    await bench.dial({ metadata: { sim: { ringMs: null } } });
    expect(await bench.retell.concurrency.retrieve()).toEqual({
      current_concurrency: 4,
      concurrency_limit: 30,
      base_concurrency: 30,
      purchased_concurrency: 0,
      concurrency_purchase_limit: 100,
      remaining_purchase_limit: 100,
      concurrency_burst_enabled: false,
      concurrency_burst_limit: 0,
      reserved_inbound_concurrency: 4,
    });
  });

  test("get-api-key-info names the key", async () => {
    expect(await bench.retell.identity.retrieve()).toEqual({ api_key_name: "sim", org_name: "Simulated org" });
  });

  test("a wrong key is refused everywhere", async () => {
    const stranger = new Retell({ apiKey: "key_other", baseURL: bench.sim.url, maxRetries: 0 });
    const requests = [
      stranger.call.createPhoneCall(NUMBERS),
      stranger.call.retrieve("call_x"),
      stranger.call.list({}),
      stranger.call.stop("call_x"),
      stranger.concurrency.retrieve(),
      stranger.identity.retrieve(),
    ];
    const statuses = (await Promise.all(requests.map(refusal))).map(({ status }) => status);
    expect(statuses).toEqual(requests.map(() => 401));
  });

  test("an unknown path, or method, is 404", async () => {
    expect(await refusal(bench.retell.get("/v2/nothing"))).toEqual({
      status: 404,
      message: "The requested resource was not found.",
    });
    expect((await refusal(bench.retell.get("/v3/list-calls"))).status).toBe(404);
  });
});

describe("POST /v2/stop-call/:id", () => {
  test("ends a live call soon, with manual_stopped and its webhooks", async () => {
    const { call_id } = await bench.dial();
    await until("somebody answers", () => bench.sim.call(call_id)?.call_status === "ongoing");
    const { response } = await bench.retell.call.stop(call_id).withResponse();
    expect(response.status).toBe(204);
    await until("both webhooks came", () => bench.inbox.letters.length === 2);
    expect(bench.inbox.about("call_ended").call).toMatchObject({
      call_status: "ended",
      disconnection_reason: "manual_stopped",
    });
    expect((await refusal(bench.retell.call.stop(call_id))).status).toBe(422);
    bench.sim.account({ stopEndedStatus: 400 });
    expect((await refusal(bench.retell.call.stop(call_id))).status).toBe(400);
  });

  test("a ringing call is stopped unanswered, or not at all", async () => {
    const { call_id } = await bench.dial({ metadata: { sim: { ringMs: null } } });
    bench.sim.account({ stopRinging: "reject" });
    expect((await refusal(bench.retell.call.stop(call_id))).status).toBe(422);
    expect(bench.sim.call(call_id)?.call_status).toBe("registered");
    bench.sim.account({ stopRinging: "ok" });
    await bench.retell.call.stop(call_id);
    await until("it is stopped", () => bench.sim.call(call_id)?.call_status === "not_connected");
    expect(bench.sim.call(call_id)).toMatchObject({ disconnection_reason: "manual_stopped", duration_ms: 0 });
  });

  test("an unknown call is 422", async () => {
    expect((await refusal(bench.retell.call.stop("call_x"))).status).toBe(422);
  });
});
