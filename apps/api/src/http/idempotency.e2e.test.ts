import { type Bed, openBed } from "@ringfence/campaigns/testing";
import { addressOf, BUILT_ADMIN_KEY, brokenBooks, environmentOf, startBuilt } from "@ringfence/testkit";

const AT_ONCE = 50;
/** When the API is killed, after the first request was sent, in ms: before, in and after the transaction. */
const KILLED_AFTER_MS = [0, 15, 40, 80, 160];

let bed: Bed;
beforeAll(async () => {
  bed = await openBed();
});
afterAll(() => bed.close());

async function startApi() {
  const process = startBuilt("api", environmentOf(bed));
  return { ...process, url: await addressOf(process) };
}

test.each(KILLED_AFTER_MS)(
  "50 equal launches, repeated after the API was killed at %s ms, make one batch and get one answer",
  async (ms) => {
    const campaign = await bed.campaign(40, ms * 100);
    const launch = async (url: string) => {
      const response = await fetch(`${url}/v1/campaigns/${campaign}/launch`, {
        method: "POST",
        headers: { authorization: `Bearer ${BUILT_ADMIN_KEY}`, "idempotency-key": `launch-${ms}` },
      });
      return `${response.status} ${await response.text()}`;
    };
    const all = async (url: string) => await Promise.allSettled(Array.from({ length: AT_ONCE }, () => launch(url)));
    const first = await startApi();
    const asked = all(first.url);
    await new Promise((resolve) => setTimeout(resolve, ms));
    first.child.kill("SIGKILL");
    await first.exit;
    const second = await startApi();
    const answers = [...(await asked), ...(await all(second.url))].flatMap((each) =>
      each.status === "fulfilled" ? [each.value] : [],
    );
    second.child.kill("SIGKILL");
    await second.exit;
    expect(answers.length).toBeGreaterThanOrEqual(AT_ONCE);
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^201 /);
    const batches = await bed.sql("SELECT total_candidates AS calls FROM retell_batch_calls WHERE campaign_id = $1", [
      campaign,
    ]);
    expect(batches).toEqual([{ calls: 40 }]);
    expect(await brokenBooks(bed)).toEqual([]);
  },
);
