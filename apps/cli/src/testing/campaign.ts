import { openBed } from "@ringfence/campaigns/testing";
import { addressOf, BUILT_ADMIN_KEY, type BuiltProcess, environmentOf, startBuilt, until } from "@ringfence/testkit";

/** A built API and worker on a simulated Retell that keeps every call going until the test ends it. */
export async function startCampaigns() {
  const bed = await openBed({
    concurrencyLimit: 100,
    outcomes: { default: { reason: "user_hangup", ringMs: 10, talkMs: null } },
  });
  const environment = environmentOf(bed);
  let api: BuiltProcess = startBuilt("api", environment);
  const url = await addressOf(api);
  const worker = startBuilt("worker", { ...environment, PUBLIC_URL: url });
  await until("the worker has started", () => worker.printed.out.includes("worker started"));
  const live = () => bed.simulator.state().calls.filter((call) => call.call_status === "ongoing");
  const kill = async ({ child, exit }: BuiltProcess) => {
    child.kill("SIGKILL");
    await exit;
  };

  return {
    bed,
    url,
    /** The settings that the command needs. */
    settings: { RINGFENCE_URL: url, RINGFENCE_KEY: BUILT_ADMIN_KEY },
    dials: () => bed.simulator.figures().dials,
    liveCalls: (count: number) => until(`${count} calls are live`, () => live().length === count),
    endLiveCalls: () => {
      for (const call of live()) bed.simulator.end(call.call_id);
    },
    stopApi: () => kill(api),
    /** Starts the API again, at the same address. */
    startApi: async () => {
      api = startBuilt("api", { ...environment, PORT: new URL(url).port });
      await addressOf(api);
    },
    close: async () => {
      await kill(worker);
      await kill(api);
      await bed.close();
    },
  };
}
export type Campaigns = Awaited<ReturnType<typeof startCampaigns>>;
