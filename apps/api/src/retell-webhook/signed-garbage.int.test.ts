import { createHmac } from "node:crypto";
import { gzipSync } from "node:zlib";
import { brokenBooks } from "@ringfence/testkit";
import { WEBHOOK_KEY } from "../testing/serve-api.ts";
import { useApi } from "../testing/test-api.ts";

const api = useApi();
beforeAll(async () => {
  await api.db.lines.change({ limit: 1_000 });
});
afterEach(async () => expect(await brokenBooks(api)).toEqual([]));

const post = (raw: string | Buffer, signed: string | Buffer = raw, headers: Record<string, string> = {}) => {
  const at = Date.now();
  const digest = createHmac("sha256", WEBHOOK_KEY).update(signed).update(String(at)).digest("hex");
  return api.request("POST", "/webhooks/retell", {
    key: null,
    raw,
    headers: { "x-retell-signature": `v=${at},d=${digest}`, ...headers },
  });
};
async function liveCall(): Promise<{ id: string; call: object }> {
  const { id: batch } = await api.launch(await api.campaign(1));
  const [id] = await api.callIds(batch);
  await api.live(id!);
  return {
    id: id!,
    call: {
      call_id: `call_${id}`,
      call_status: "ended",
      disconnection_reason: "user_hangup",
      metadata: { call_id: id },
    },
  };
}
const row = async (id: string) => (await api.request("GET", `/v1/calls/${id}`)).body;

test.each([
  ["nothing", ""],
  ["no JSON", "event=call_ended"],
  ["half a JSON", '{"event":"call_ended","call":{'],
  ["null", "null"],
  ["a list", "[]"],
  ["a text", '"call_ended"'],
  ["no call", '{"event":"call_ended"}'],
  ["a call that is a text", '{"event":"call_ended","call":"call_1"}'],
  ["a call without an id", '{"event":"call_ended","call":{}}'],
  ["an id that is a number", '{"event":"call_ended","call":{"call_id":5}}'],
  ["an event that is a number", '{"event":5,"call":{"call_id":"call_1"}}'],
  ["a chat's event", '{"event":"chat_ended","chat":{"chat_id":"chat_1"}}'],
  ["thousands of brackets", "[".repeat(100_000)],
])("a signed body with %s is answered and ignored", async (_what, raw) => {
  const before = await api.everything();
  expect(await post(raw)).toMatchObject({ status: 204 });
  expect(await api.everything()).toEqual(before);
  expect(api.logged.filter(({ level }) => level === "error")).toEqual([]);
});

test.each([
  ["transfer_started", "ongoing", "in_progress"],
  ["transcript_updated", "ongoing", "in_progress"],
  ["an event of tomorrow", "ongoing", "in_progress"],
  ["an event of tomorrow", "registered", "in_progress"],
  ["an event of tomorrow", "a status of tomorrow", "in_progress"],
])("%s of a call that is %s leaves the call in progress", async (event, call_status, expected) => {
  const { id, call } = await liveCall();
  expect(
    await post(JSON.stringify({ event, call: { ...call, call_status, disconnection_reason: undefined } })),
  ).toMatchObject({ status: 204 });
  expect((await row(id)).call_status).toBe(expected);
});

/** Values that Retell should not send; the call must be settled in spite of them, otherwise its line is occupied for ever. */
test.each<[string, object]>([
  ["times in fractions of a ms", { start_timestamp: 1_795_305_600_000.5, end_timestamp: 1_795_305_612_345.25 }],
  ["times before all calendars", { start_timestamp: -8.64e15, end_timestamp: -8.64e15 }],
  ["times after all calendars", { start_timestamp: 8.64e15, end_timestamp: 1e300 }],
  ["times as texts", { start_timestamp: "1795305600000", end_timestamp: "now" }],
  ["a duration in fractions of a ms", { duration_ms: 12_345.6 }],
  ["a duration of ages", { duration_ms: 1e15 }],
  ["a duration below zero", { duration_ms: -1 }],
  ["a duration that is a text", { duration_ms: "12 s" }],
  ["an analysis that is a text", { call_analysis: "good" }],
  ["an analysis that is a list", { call_analysis: [1] }],
  ["an analysis with NUL", { call_analysis: { call_summary: "a\0b", "c\0d": 1 } }],
  ["an analysis with half a character", { call_analysis: { call_summary: "a\ud800b" } }],
  ["a recording that is an object", { recording_url: { url: "https://x" } }],
  ["a recording with NUL", { recording_url: "https://x/\0" }],
  ["a reason with NUL", { disconnection_reason: "user_hangup\0" }],
  ["a status that is null", { call_status: null }],
  ["metadata of megabytes", { transcript: "x".repeat(5_000_000) }],
])("%s do not prevent a call from being settled", async (_what, fault) => {
  const { id, call } = await liveCall();
  const body = JSON.stringify({ event: "call_ended", call: { ...call, ...fault } });
  expect({ answer: (await post(body)).status, call_status: (await row(id)).call_status }).toEqual({
    answer: 204,
    call_status: expect.stringMatching(/^(completed|failed)$/),
  });
  expect(await api.request("GET", `/v1/calls/${id}`)).toMatchObject({ status: 200 });
});

test("an impossible Retell call id changes nothing", async () => {
  const { id } = await liveCall();
  const before = await api.everything();
  for (const call_id of ["call_\0", "\ud800", "x".repeat(10_000)]) {
    expect(
      await post(JSON.stringify({ event: "call_ended", call: { call_id, disconnection_reason: "user_hangup" } })),
    ).toMatchObject({ status: 204 });
  }
  expect(await api.everything()).toEqual(before);
  expect((await row(id)).call_status).toBe("in_progress");
});

test("a Retell call can be in one row only, whatever the metadata says", async () => {
  const [first, second] = [await liveCall(), await liveCall()];
  await api.sql("UPDATE retell_calls SET retell_call_id = NULL, placed = 'unknown' WHERE id = $1", [second.id]);
  const answer = await post(
    JSON.stringify({ event: "call_ended", call: { ...first.call, metadata: { call_id: second.id } } }),
  );
  expect(answer.status).toBe(204);
  expect((await row(first.id)).call_status).toBe("completed");
  expect(await row(second.id)).toMatchObject({ call_status: "in_progress", retell_call_id: null });
});

test("a body of any media type is read, a huge body is 413, a body that breaks its own encoding is 400", async () => {
  const { id, call } = await liveCall();
  const body = JSON.stringify({ event: "call_ended", call });
  expect(await post("x".repeat(20_000_001))).toMatchObject({ status: 413, body: { code: "too_large" } });
  expect(await post(gzipSync("x".repeat(20_000_001)), "", { "content-encoding": "gzip" })).toMatchObject({
    status: 413,
  });
  expect(await post(body, body, { "content-encoding": "gzip" })).toMatchObject({
    status: 400,
    body: { code: "invalid_request" },
  });
  expect(await post(body, body, { "content-encoding": "snappy" })).toMatchObject({ status: 415 });
  expect((await row(id)).call_status).toBe("in_progress");
  expect(await post(body, body, { "content-type": "text/plain; charset=utf-16" })).toMatchObject({ status: 204 });
  expect((await row(id)).call_status).toBe("completed");
});
