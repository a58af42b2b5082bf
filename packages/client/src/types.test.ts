import type { Client } from "./create-client.ts";

// Nothing runs: `npm run types` fails if a line compiles that should not, or the other way round.
async function checked(client: Client): Promise<void> {
  // @ts-expect-error no such path
  await client.GET("/v1/campaign");
  // @ts-expect-error the id is missing
  await client.GET("/v1/campaigns/{id}");
  // @ts-expect-error this path knows no PUT
  await client.PUT("/v1/campaigns", {});
  // @ts-expect-error a campaign needs a number
  await client.POST("/v1/campaigns", { body: { name: "A" } });
  // @ts-expect-error candidates as CSV are imported with importCandidates
  await client.POST("/v1/campaigns/{id}/candidates", { params: { path: { id: "x" } }, body: "phone_number\n" });
  // @ts-expect-error one campaign is not a list
  client.pages("/v1/campaigns/{id}", { params: { path: { id: "x" } } });
  // @ts-expect-error events never end, they are streamed
  await client.GET("/v1/events");
  // @ts-expect-error a filter that the list does not have
  await client.GET("/v1/batches", { params: { query: { status: "live" } } });
  // @ts-expect-error campaigns are not exported
  await client.stream("text/csv", "/v1/campaigns");

  const none: undefined = await client.DELETE("/v1/keys/{id}", { params: { path: { id: "x" } } });
  const limit: number = (await client.GET("/v1/lines")).limit;
  for await (const { role } of client.pages("/v1/keys")) role satisfies "viewer" | "operator" | "admin";
  await client.stream("text/event-stream", "/v1/events", { params: { query: { batch_id: "x" } } });
  await client.POST("/v1/lines/resume");
  return none ?? void limit;
}

test("the types are checked by the compiler", () => expect(checked).toBeInstanceOf(Function));
