import { createMetrics } from "./metrics.ts";

test("counters are reported with their labels, and processes do not share their figures", async () => {
  const [one, other] = [createMetrics(), createMetrics()];
  one.count("dials", "placed");
  one.count("dials", "placed");
  one.count("calls_cancelled", "stop", 25);
  one.gauge("lines_in_use", "Lines in use").set(5);
  one.histogram("request_seconds", "Requests", ["route"]).observe({ route: "/v1/lines" }, 0.01);
  const text = await one.registry.metrics();
  expect(text).toContain('ringfence_dials_total{kind="placed"} 2');
  expect(text).toContain('ringfence_calls_cancelled_total{kind="stop"} 25');
  expect(text).toContain("ringfence_lines_in_use 5");
  expect(text).toContain('ringfence_request_seconds_count{route="/v1/lines"} 1');
  expect(text).toContain("process_cpu_seconds_total");
  expect(await other.registry.metrics()).not.toContain('{kind="placed"}');
});
