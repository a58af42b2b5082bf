import { createHmac, randomUUID } from "node:crypto";
import { brokenBooks } from "@ringfence/testkit";
import { WEBHOOK_KEY } from "../testing/serve-api.ts";
import { useApi } from "../testing/test-api.ts";

/** Retell refuses its own signatures after five minutes, in ms. */
const FIVE_MINUTES = 300_000;

const api = useApi();
beforeAll(async () => {
  await api.db.lines.change({ limit: 100 });
});
afterEach(async () => expect(await brokenBooks(api)).toEqual([]));

const sign = (body: string | Buffer, at = Date.now(), key = WEBHOOK_KEY) =>
  `v=${at},d=${createHmac("sha256", key).update(body).update(String(at)).digest("hex")}`;
const post = (raw: string | Buffer, signature: string | null = sign(raw), headers: Record<string, string> = {}) =>
  api.request("POST", "/webhooks/retell", {
    key: null,
    raw,
    headers: {
      "content-type": "application/json",
      ...(signature !== null && { "x-retell-signature": signature }),
      ...headers,
    },
  });
const send = (event: string, call: object) => post(JSON.stringify({ event, call }));

/** Retell's call object, as its API describes it. */
const callOf = (callId: string, retellCallId: string, more: object = {}) => ({
  call_id: retellCallId,
  call_type: "phone_call",
  call_status: "ended",
  direction: "outbound",
  agent_id: "agent_1",
  from_number: "+14157774444",
  to_number: "+14155551000",
  metadata: { call_id: callId, batch_id: randomUUID(), campaign_id: randomUUID() },
  start_timestamp: 1_795_305_600_000,
  end_timestamp: 1_795_305_612_345,
  duration_ms: 12_345,
  disconnection_reason: "user_hangup",
  recording_url: "https://retell.example/recording.wav",
  transcript: "Agent: hello",
  ...more,
});

/** A call in progress: placed under `retellCallId`, or still waiting for the answer to its dial. */
async function liveCall(placed = true): Promise<{ id: string; retellCallId: string }> {
  const { id: batch } = await api.launch(await api.campaign(1));
  const [id] = await api.callIds(batch);
  const retellCallId = `call_${id}`;
  await api.live(id!, placed ? retellCallId : null);
  return { id: id!, retellCallId };
}
const row = async (id: string) => (await api.request("GET", `/v1/calls/${id}`)).body;

describe("a webhook that is not Retell's is 401 and changes nothing", () => {
  test.each<[string, (body: string) => string | null]>([
    ["no signature", () => null],
    ["an empty signature", () => ""],
    ["nonsense for a signature", () => "signed"],
    ["a signature of another key", (body) => sign(body, Date.now(), "another key")],
    ["a signature of another body", () => sign('{"event":"call_ended"}')],
    ["a digest that is cut", (body) => sign(body).slice(0, -1)],
    ["a signature whose time was changed", (body) => sign(body).replace(/v=\d+/, `v=${Date.now() + 1_000}`)],
    ["a stale signature", (body) => sign(body, Date.now() - FIVE_MINUTES - 5_000)],
    ["a signature of the future", (body) => sign(body, Date.now() + FIVE_MINUTES + 5_000)],
    ["the key itself for a signature", () => WEBHOOK_KEY],
  ])("it has %s", async (_what, signature) => {
    const { id, retellCallId } = await liveCall();
    const body = JSON.stringify({ event: "call_ended", call: callOf(id, retellCallId) });
    const before = await api.everything();
    const answer = await post(body, signature(body));
    expect({ status: answer.status, code: answer.body?.code }).toEqual({ status: 401, code: "unauthenticated" });
    expect(await api.everything()).toEqual(before);
    expect((await post(body)).status).toBe(204);
    expect((await row(id)).call_status).toBe("completed");
  });

  test("a body that was parsed and serialized again with other spaces is 401", async () => {
    const { id, retellCallId } = await liveCall();
    const event = { event: "call_ended", call: callOf(id, retellCallId) };
    const [compact, spaced] = [JSON.stringify(event), JSON.stringify(event, null, 2)];
    expect((await post(compact, sign(spaced))).status).toBe(401);
    expect((await post(`${compact} `, sign(compact))).status).toBe(401);
    expect((await row(id)).call_status).toBe("in_progress");
    expect((await post(spaced, sign(spaced))).status).toBe(204);
    expect((await row(id)).call_status).toBe("completed");
  });

  test("bytes that are not UTF-8 are not taken for the text that they resemble", async () => {
    const { id, retellCallId } = await liveCall();
    const good = JSON.stringify({ event: "call_ended", call: callOf(id, retellCallId, { transcript: "\ufffd" }) });
    const bytes = Buffer.from(good.replace("\ufffd", "\xff"), "latin1");
    expect((await post(bytes, sign(good))).status).toBe(401);
    expect((await row(id)).call_status).toBe("in_progress");
  });

  test("another path or method is 404, and an API key does not replace the signature", async () => {
    expect(await api.request("GET", "/webhooks/retell")).toMatchObject({ status: 404 });
    expect(await api.request("POST", "/webhooks/other")).toMatchObject({ status: 404 });
    expect(await api.request("POST", "/webhooks/retell", { body: {} })).toMatchObject({ status: 401 });
  });
});

test("a signature up to five minutes old or ahead is accepted", async () => {
  for (const offset of [-FIVE_MINUTES + 20_000, FIVE_MINUTES - 20_000]) {
    const body = JSON.stringify({ event: "call_ended", call: callOf(randomUUID(), "call_unknown") });
    expect((await post(body, sign(body, Date.now() + offset))).status).toBe(204);
  }
});

test("call_started records the start, call_ended settles, call_analyzed adds the analysis; each gets 204 without a body", async () => {
  const { id, retellCallId } = await liveCall();
  const started = await send(
    "call_started",
    callOf(id, retellCallId, { call_status: "ongoing", disconnection_reason: undefined, end_timestamp: undefined }),
  );
  expect({ status: started.status, text: started.text }).toEqual({ status: 204, text: "" });
  expect(await row(id)).toMatchObject({
    call_status: "in_progress",
    started_at: "2026-11-22T00:00:00.000Z",
    ended_at: null,
  });
  await send("call_ended", callOf(id, retellCallId));
  expect(await row(id)).toMatchObject({
    call_status: "completed",
    disconnection_reason: "user_hangup",
    error_message: null,
    placed: "yes",
    ended_at: "2026-11-22T00:00:12.345Z",
    duration_ms: 12_345,
    recording_url: "https://retell.example/recording.wav",
    analysis: null,
  });
  const analysis = { call_summary: "Agreed", user_sentiment: "Positive", custom_analysis_data: { callback: true } };
  await send("call_analyzed", callOf(id, retellCallId, { call_analysis: analysis }));
  expect(await row(id)).toMatchObject({ call_status: "completed", analysis });
});

test.each([
  ["user_hangup", "completed", null],
  ["voicemail_reached", "completed", null],
  ["manual_stopped", "completed", null],
  ["dial_busy", "failed", "dial_busy"],
  ["error_llm_websocket_open", "failed", "error_llm_websocket_open"],
  ["a_reason_of_tomorrow", "failed", "a_reason_of_tomorrow"],
])("the disconnection reason %s makes the call %s", async (reason, status, message) => {
  const { id, retellCallId } = await liveCall();
  expect(
    (await send("call_ended", callOf(id, retellCallId, { disconnection_reason: reason, call_status: "registered" })))
      .status,
  ).toBe(204);
  expect(await row(id)).toMatchObject({ call_status: status, error_message: message, disconnection_reason: reason });
});

test("a doubled webhook changes nothing more, even if both arrive in parallel", async () => {
  const { id, retellCallId } = await liveCall();
  const results = await Promise.all(Array.from({ length: 5 }, () => send("call_ended", callOf(id, retellCallId))));
  expect(results.map(({ status }) => status)).toEqual([204, 204, 204, 204, 204]);
  const settled = await api.everything();
  await send("call_ended", callOf(id, retellCallId, { disconnection_reason: "dial_failed" }));
  await send("call_started", callOf(id, retellCallId, { call_status: "ongoing", disconnection_reason: undefined }));
  expect(await api.everything()).toEqual(settled);
});

test("a webhook that arrives before the dial's own answer finds the row by our metadata", async () => {
  const started = await liveCall(false);
  await send(
    "call_started",
    callOf(started.id, started.retellCallId, { call_status: "ongoing", disconnection_reason: undefined }),
  );
  expect(await row(started.id)).toMatchObject({
    call_status: "in_progress",
    placed: "yes",
    retell_call_id: started.retellCallId,
  });

  const ended = await liveCall(false);
  await send("call_ended", callOf(ended.id, ended.retellCallId));
  expect(await row(ended.id)).toMatchObject({
    call_status: "completed",
    retell_call_id: ended.retellCallId,
    placed: "yes",
  });
  const late = await api.db.calls.recordPlaced({ callId: ended.id, claimNo: 1 }, ended.retellCallId);
  expect({ late, status: (await row(ended.id)).call_status }).toEqual({ late: false, status: "completed" });
});

test("webhooks in the wrong order lose nothing: the end before the start, the analysis before the end", async () => {
  const { id, retellCallId } = await liveCall();
  const analysis = { call_summary: "Came first" };
  await send("call_analyzed", callOf(id, retellCallId, { call_analysis: analysis }));
  expect(await row(id)).toMatchObject({ call_status: "completed", analysis });
  const settled = await api.everything();
  await send("call_ended", callOf(id, retellCallId));
  await send("call_started", callOf(id, retellCallId, { call_status: "ongoing", disconnection_reason: undefined }));
  expect(await api.everything()).toEqual(settled);
});

test("an end without a reason settles nothing, but the call is looked up immediately", async () => {
  const { id, retellCallId } = await liveCall();
  for (const call_status of ["registered", "ended"]) {
    expect(
      (await send("call_ended", callOf(id, retellCallId, { call_status, disconnection_reason: undefined }))).status,
    ).toBe(204);
    expect(await row(id)).toMatchObject({ call_status: "in_progress", retell_call_id: retellCallId });
  }
  const silent = await api.db.sweeps.withoutNews(3_600_000, 10);
  expect(silent).toEqual([{ callId: id, retellCallId }]);
  await send("call_ended", callOf(id, retellCallId));
});

test("a call of a cancelled batch ends like any other call", async () => {
  const { id: batch } = await api.launch(await api.campaign(3));
  const [live, cancelled] = (await api.callIds(batch)) as [string, string];
  await api.live(live);
  await api.request("POST", `/v1/batches/${batch}/cancel`);
  await send("call_ended", callOf(live, `call_${live}`));
  expect((await api.request("GET", `/v1/batches/${batch}`)).body).toMatchObject({
    status: "cancelled",
    completed_calls: 1,
    cancelled_calls: 2,
    completed_at: expect.any(String),
  });
  // A row that was cancelled as never dialled is no longer undialled once a call turns up for it; the figures stay.
  await send("call_ended", callOf(cancelled, "call_that_should_not_be"));
  expect(await row(cancelled)).toMatchObject({
    call_status: "failed",
    error_message: "Batch cancelled by user",
    placed: "yes",
  });
});

test("webhooks about other systems' calls change nothing", async () => {
  const { id, retellCallId } = await liveCall();
  const before = await api.everything();
  for (const metadata of [
    undefined,
    null,
    "text",
    {},
    { call_id: 5 },
    { call_id: "not-a-uuid" },
    { call_id: randomUUID() },
    [id],
  ]) {
    for (const event of ["call_started", "call_ended", "call_analyzed"]) {
      expect((await send(event, callOf(id, "call_of_others", { metadata }))).status).toBe(204);
    }
  }
  // Another call at Retell names our row, which already has its own call.
  expect((await send("call_ended", callOf(id, "call_of_others"))).status).toBe(204);
  expect(await api.everything()).toEqual(before);
  await send("call_ended", callOf(id, retellCallId, { metadata: undefined }));
  expect((await row(id)).call_status).toBe("completed");
});
