import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** The Prometheus registry of one process; all names begin with `ringfence_`. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counter = (name: string, help: string) =>
    new Counter({ name: `ringfence_${name}_total`, help, labelNames: ["kind"], registers: [registry] });
  const counters = {
    dials: counter("dials", "Create-call requests by their answer"),
    claims_refused: counter("claims_refused", "Claims not granted, by the reason"),
    calls_settled: counter("calls_settled", "Calls settled, by who brought the word"),
    calls_cancelled: counter("calls_cancelled", "Calls cancelled, by what did it"),
    runs_failed: counter("runs_failed", "Runs of calls that threw, by the kind of error"),
    sweep_repairs: counter("sweep_repairs", "What the sweep put right"),
  };
  return {
    registry,
    count: (what: keyof typeof counters, label: string, by = 1) => counters[what].inc({ kind: label }, by),
    gauge: (name: string, help: string, labelNames: string[] = []) =>
      new Gauge({ name: `ringfence_${name}`, help, labelNames, registers: [registry] }),
    histogram: (name: string, help: string, labelNames: string[]) =>
      new Histogram({ name: `ringfence_${name}`, help, labelNames, registers: [registry] }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
