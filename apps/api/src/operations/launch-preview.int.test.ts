import { UNKNOWN_ID, useApi } from "../testing/test-api.ts";

const api = useApi();

/** Ten candidates: two reached, two busy, one refused, one of unknown outcome, one waiting, the rest never called. */
async function mixed(from: number): Promise<string> {
  const campaign = await api.campaign(10, from);
  const { id } = await api.launch(campaign, { limit: 7 });
  await api.background.close();
  const states: [placed: string, status: string, reason: string | null][] = [
    ["yes", "completed", "user_hangup"],
    ["yes", "failed", "dial_busy"],
    ["yes", "failed", "dial_no_answer"],
    ["no", "failed", null],
    ["unknown", "failed", null],
    ["yes", "completed", "voicemail_reached"],
  ];
  for (const [at, callId] of (await api.callIds(id)).slice(0, states.length).entries()) {
    await api.sql(
      "UPDATE retell_calls SET placed = $2::call_placed, call_status = $3::call_status, disconnection_reason = $4 WHERE id = $1",
      [callId, ...states[at]!],
    );
  }
  return campaign;
}

test.each([
  ["undialed", 4, 0],
  ["unreached", 6, 20],
] as const)("a preview with %s shows what a launch then takes", async (include, candidates, from) => {
  const campaign = await mixed(from);
  const path = `/v1/campaigns/${campaign}/launch?include=${include}`;
  const { status, body } = await api.request("GET", path, { key: "operator" });
  expect({ status, body }).toEqual({
    status: 200,
    body: { include, candidates, on_do_not_call: 0, first: expect.any(Array) },
  });
  const viewers = await api.request("GET", path, { key: "viewer" });
  expect(viewers.body.candidates).toBe(candidates);
  expect(viewers.text).not.toMatch(/\+\d{7,}/);

  await api.request("POST", `/v1/campaigns/${campaign}/stop`);
  const paused = await api.request("GET", path);
  // The call that waited is cancelled now, so its candidate may be launched again.
  expect(paused.body.candidates).toBe(candidates + 1);
  await api.request("PATCH", `/v1/campaigns/${campaign}`, { body: { status: "active" } });

  const batch = await api.launch(campaign, { include });
  expect(batch.total_candidates).toBe(paused.body.candidates);
  const { body: calls } = await api.request("GET", `/v1/batches/${batch.id}/calls?limit=5`);
  expect(paused.body.first).toEqual(
    calls.items.map(({ name, phone_number }: { name: string; phone_number: string }) => ({ name, phone_number })),
  );
  expect((await api.request("GET", path)).body).toEqual({ include, candidates: 0, on_do_not_call: 0, first: [] });
});

test("people on the do-not-call list are reported apart, and a limit counts only people who will be dialled", async () => {
  const campaign = await api.campaign(6, 60);
  const { items } = await api.pages(`/v1/campaigns/${campaign}/candidates`);
  const listed = [items[0], items[2], items[5]].map(({ phone_number }) => phone_number);
  await api.request("POST", "/v1/do-not-call", { key: "operator", body: { phone_numbers: listed } });
  const path = `/v1/campaigns/${campaign}/launch`;
  const { body } = await api.request("GET", path, { key: "operator" });
  expect(body).toMatchObject({ candidates: 3, on_do_not_call: 3 });
  expect(body.first.map(({ phone_number }: { phone_number: string }) => phone_number)).toEqual(
    [items[1], items[3], items[4]].map(({ phone_number }) => phone_number),
  );

  const batch = await api.launch(campaign, { limit: 2 });
  const { items: calls } = await api.pages(`/v1/batches/${batch.id}/calls`);
  expect(calls.map(({ phone_number }) => phone_number)).toEqual(
    [items[1], items[3]].map(({ phone_number }) => phone_number),
  );
  expect((await api.request("GET", path, { key: "operator" })).body).toMatchObject({
    candidates: 1,
    on_do_not_call: 3,
  });
  expect((await api.launch(campaign, { limit: 9 })).total_candidates).toBe(1);
  expect(await api.request("POST", path, { body: { limit: 9 } })).toMatchObject({
    status: 409,
    body: { code: "nothing_to_launch" },
  });
  expect((await api.launch(campaign)).total_candidates).toBe(3);
  await api.sql("DELETE FROM do_not_call");
});

test("a preview defaults to undialed; another word is 400, an unknown campaign 404", async () => {
  const campaign = await api.campaign(1, 50);
  expect((await api.request("GET", `/v1/campaigns/${campaign}/launch`)).body.include).toBe("undialed");
  expect(await api.request("GET", `/v1/campaigns/${campaign}/launch?include=all`)).toMatchObject({ status: 400 });
  expect(await api.request("GET", `/v1/campaigns/${UNKNOWN_ID}/launch`)).toMatchObject({ status: 404 });
});
