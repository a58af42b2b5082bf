import { setImmediate as turn } from "node:timers/promises";
import { SIMULATOR_HEADER, watchSimulated } from "./simulated.ts";
import { json, serve } from "./test-server.ts";

const ANSWER = { api_key_name: "key", org_name: "Somebody" };

test("the simulator is recognized by its header; a server without the header, or no address, counts as Retell", async () => {
  const simulator = await serve((_req, res) => json(res, 200, ANSWER, { [SIMULATOR_HEADER]: "1" }));
  const other = await serve((_req, res) => json(res, 200, ANSWER));
  const watched = watchSimulated({ apiKey: "key", baseUrl: simulator.url });
  const live = watchSimulated({ apiKey: "key", baseUrl: other.url });
  expect(watched.isSimulated()).toBe(false);
  while (!watched.isSimulated() || other.arrived.length === 0) await turn();
  expect(live.isSimulated()).toBe(false);
  expect(watchSimulated({ apiKey: "key" }).isSimulated()).toBe(false);
  for (const each of [watched, live]) each.close();
  await other.close();
  await simulator.close();
});
