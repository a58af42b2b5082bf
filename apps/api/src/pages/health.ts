import type { Metrics } from "@ringfence/runtime";
import { Router } from "express";
import type { Api } from "../api.ts";

/** Time-out of a check of a service that may be away, in ms. */
const PATIENCE_MS = 2_000;

/** Health, readiness and metrics, for orchestrators and Prometheus; no key is needed. */
export function healthRoutes({ db, queue, metrics, useCases }: Api): Router {
  const router = Router();
  const scrape = gauges(metrics);

  router.get("/healthz", (_req, res) => {
    res.json({ status: "ok" });
  });

  router.get("/readyz", async (req, res) => {
    const { ready, ...parts } = await useCases.checkReadiness({ for: req.query.for === "stops" ? "stops" : undefined });
    res.status(ready ? 200 : 503).json({ status: ready ? "ready" : "not ready", ...parts });
  });

  router.get("/metrics", async (_req, res) => {
    const [lines, jobs, steps] = await Promise.all([
      inTime(db.lines.view()),
      inTime(queue.counts()),
      inTime(db.sweeps.steps()),
    ]);
    scrape(lines, jobs, steps ?? []);
    res.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });

  return router;
}

/** Updates the gauges of lines and queue; a gauge that cannot be read keeps its value, and `up` says so. */
function gauges(metrics: Metrics) {
  const up = metrics.gauge("up", "1 while a service answers", ["service"]);
  const lines = metrics.gauge("lines", "Lines: limit, in use, and calls waiting for one", ["kind"]);
  const held = metrics.gauge("held", "1 while dialling is held");
  const jobs = metrics.gauge("jobs", "Jobs on the queue", ["state"]);
  const cost = metrics.gauge("sweep_seconds", "Duration of the last run of each step of the sweep", ["step"]);
  const age = metrics.gauge("sweep_age_seconds", "Time since the last run of each step of the sweep", ["step"]);
  const repaired = metrics.gauge("sweep_repaired", "What each step of the sweep has put right so far", ["step"]);
  return (
    view: { limit: number; in_use: number; waiting: number; held: object | null } | null,
    counts: { waiting: number; active: number } | null,
    steps: { step: string; ageSeconds: number; durationMs: number; repairs: number }[],
  ) => {
    for (const { step, ageSeconds, durationMs, repairs } of steps) {
      cost.set({ step }, durationMs / 1_000);
      age.set({ step }, ageSeconds);
      repaired.set({ step }, repairs);
    }
    up.set({ service: "postgres" }, view ? 1 : 0);
    up.set({ service: "redis" }, counts ? 1 : 0);
    if (view) {
      lines.set({ kind: "limit" }, view.limit);
      lines.set({ kind: "in_use" }, view.in_use);
      lines.set({ kind: "waiting" }, view.waiting);
      held.set(view.held ? 1 : 0);
    }
    if (counts) for (const [state, count] of Object.entries(counts)) jobs.set({ state }, count);
  };
}

async function inTime<Result>(work: Promise<Result>): Promise<Result | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE_MS);
  });
  return await Promise.race([work.catch(() => null), late]).finally(() => clearTimeout(timer));
}
