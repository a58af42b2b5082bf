import { type Bed, openBed } from "@ringfence/campaigns/testing";
import { addressOf, BUILT_ADMIN_KEY, type BuiltProcess, environmentOf, startBuilt } from "@ringfence/testkit";
import { type Client, createClient } from "./create-client.ts";
import { RingfenceError } from "./errors.ts";

let bed: Bed;
let api: BuiltProcess;
let url: string;
let client: Client;
beforeAll(async () => {
  bed = await openBed();
  api = startBuilt("api", environmentOf(bed));
  url = await addressOf(api);
  client = createClient({ url, key: BUILT_ADMIN_KEY });
});
afterAll(async () => {
  api.child.kill("SIGKILL");
  await api.exit;
  await bed.close();
});

const newCampaign = () => client.POST("/v1/campaigns", { body: { name: "Client", from_number: "+14157774444" } });
async function* numbers(count: number) {
  yield "phone_number,name\n";
  for (let n = 0; n < count; n++) yield `+1415${5_550_000 + n},Candidate ${n}\n`;
}

test("candidates are streamed in, and listed in pages and as CSV", async () => {
  const { id } = await newCampaign();
  expect(await client.importCandidates(id, numbers(2_500), "text/csv")).toMatchObject({ created: 2_500 });
  const again = '{"phone_number": "+14155550000"}\n{"phone_number": "12"}\n';
  expect(await client.importCandidates(id, again, "application/x-ndjson")).toMatchObject({
    created: 0,
    duplicates: 1,
    rejected: [{ row: 2 }],
  });
  const names: (string | null)[] = [];
  for await (const candidate of client.pages("/v1/campaigns/{id}/candidates", { params: { path: { id } } }))
    names.push(candidate.name);
  expect(names).toEqual(Array.from({ length: 2_500 }, (_, n) => `Candidate ${n}`));

  const batch = await client.POST("/v1/campaigns/{id}/launch", { params: { path: { id } } });
  const csv = await client.stream("text/csv", "/v1/batches/{id}/calls", { params: { path: { id: batch.id } } });
  let text = "";
  for await (const chunk of csv.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>))
    text += chunk;
  expect(text.trimEnd().split("\n")).toHaveLength(2_501);

  const receipt = await client.POST("/v1/campaigns/{id}/stop", { params: { path: { id } }, body: { mode: "drain" } });
  expect(receipt).toMatchObject({ cancelled_now: 2_500, pending_calls: 0, cancelled_batches: [batch.id] });
  const counts = [];
  for await (const { reason, calls } of client.pages("/v1/batches/{id}/reasons", {
    params: { path: { id: batch.id } },
  }))
    counts.push([reason, calls]);
  expect(counts).toEqual([["Batch cancelled by user", 2_500]]);
});

test("a launch whose answer is lost is launched once", async () => {
  const { id } = await newCampaign();
  await client.importCandidates(id, numbers(3), "text/csv");
  let tries = 0;
  const lossy = createClient({
    url,
    key: BUILT_ADMIN_KEY,
    retries: { firstDelayMs: 1 },
    // The API has answered, but the answer does not arrive.
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (++tries > 2) return response;
      await response.arrayBuffer();
      throw new TypeError("the connection was reset");
    },
  });
  const batch = await lossy.POST("/v1/campaigns/{id}/launch", { params: { path: { id } }, body: {} });
  expect([tries, batch.total_candidates]).toEqual([3, 3]);
  const { items } = await client.GET("/v1/batches", { params: { query: { campaign_id: id } } });
  expect(items.map((one) => one.id)).toEqual([batch.id]);
});

test("a refusal has the API's status, code and fields", async () => {
  const { id } = await newCampaign();
  const refusals: Promise<unknown>[] = [
    client.POST("/v1/campaigns/{id}/launch", { params: { path: { id } } }),
    client.POST("/v1/campaigns", { body: { name: "", from_number: "" } }),
    client.GET("/v1/campaigns/{id}", { params: { path: { id: "none" } } }),
    createClient({ url, key: "rf_unknown" }).importCandidates(id, numbers(200_000), "text/csv"),
    client.importCandidates(id, "name\nAda\n", "text/csv"),
  ];
  const errors = (await Promise.allSettled(refusals)).map((one) => (one.status === "rejected" ? one.reason : null));
  expect(errors).toMatchObject([
    { status: 409, code: "nothing_to_launch", errors: [] },
    { status: 400, code: "invalid_request", errors: [{ path: "name" }, { path: "from_number" }] },
    { status: 404, code: "not_found" },
    { status: 401, code: "unauthenticated" },
    { status: 400, code: "invalid_request" },
  ]);
  for (const error of errors) expect(error).toBeInstanceOf(RingfenceError);
});

test("a new key works until it is deleted", async () => {
  const { id, key } = await client.POST("/v1/keys", { body: { name: "Script", role: "viewer" } });
  const viewer = createClient({ url, key });
  expect(await viewer.GET("/v1/session")).toMatchObject({ name: "Script", role: "viewer" });
  await expect(viewer.PUT("/v1/lines", { body: { limit: 3 } })).rejects.toMatchObject({ code: "forbidden" });
  await client.DELETE("/v1/keys/{id}", { params: { path: { id } } });
  await expect(viewer.GET("/v1/session")).rejects.toMatchObject({ code: "unauthenticated" });
});
