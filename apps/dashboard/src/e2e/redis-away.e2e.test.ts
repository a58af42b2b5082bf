import { openFailover } from "@ringfence/testkit";
import { findings } from "./accessibility.ts";
import { createWorld } from "./world.ts";

test("while Redis takes no writes the page shows a note instead of a rate, and a stop still answers", async () => {
  const redis = await openFailover();
  const world = await createWorld({ REDIS_URL: redis.url });
  await world.db.lines.change({ limit: 3, calls_per_second: 0 });
  const { batch } = await world.launched(9);
  await world.live(3);
  const page = await world.open(`/batches/${batch}`, { key: await world.key("operator") });
  const rate = page.getByText(/^(Calls a minute|Time to finish)$/);
  await rate.nth(1).waitFor();

  await redis.set("min-replicas-to-write", "1");
  await page.getByText("Redis is away or takes no write").waitFor();
  await page.getByText("Dialling continues by itself").waitFor();
  await page.getByRole("link", { name: /^no Redis: Redis is away/ }).waitFor();
  await rate.first().waitFor({ state: "detached" });
  expect(await rate.count()).toBe(0);
  expect(await findings(page)).toEqual([]);

  await redis.set("min-replicas-to-write", "0");
  await rate.nth(1).waitFor();
  expect(await page.getByText("Redis is away or takes no write").count()).toBe(0);

  await redis.set("min-replicas-to-write", "1");
  await page.getByText("Redis is away or takes no write").waitFor();
  await page.getByRole("button", { name: "Pause Batch" }).click();
  await page.getByRole("alert").getByText("6 calls cancelled").waitFor();
  await redis.set("min-replicas-to-write", "0");
  await world.close();
  await redis.close();
});
