import { undialed, useWorld } from "./testing/world.ts";

const world = useWorld({ ringMs: 2, talkMs: 10 });

test("at two a second claims are at least 480 ms apart over all workers, at most 2n + 2 dials in any n seconds, despite dead jobs", async () => {
  const dead = await world.launch(await world.campaign(30, 500), undialed);
  await world.background.close();
  await world.sql(
    "UPDATE retell_calls SET call_status = 'failed', error_message = 'Batch cancelled by user' WHERE batch_id = $1",
    [dead.id],
  );
  await world.changeLines({ calls_per_second: 2 });
  for (let worker = 0; worker < 3; worker++) world.worker();
  const { id } = await world.launch(await world.campaign(8), undialed);
  await world.ended(id);

  const rows = await world.sql<{ gap_ms: number }>(
    `SELECT (extract(epoch FROM claimed_at - lag(claimed_at) OVER (ORDER BY claimed_at)) * 1000)::float8 AS gap_ms
     FROM retell_calls WHERE batch_id = $1 ORDER BY claimed_at OFFSET 1`,
    [id],
  );
  expect(rows).toHaveLength(7);
  for (const { gap_ms } of rows) expect(gap_ms).toBeGreaterThanOrEqual(480);

  const at = world.simulator.state().creates.map((create) => create.at);
  for (const from of at) {
    for (const seconds of [1, 2, 3]) {
      expect(at.filter((time) => time >= from && time < from + seconds * 1_000).length).toBeLessThanOrEqual(
        2 * seconds + 2,
      );
    }
  }
});
