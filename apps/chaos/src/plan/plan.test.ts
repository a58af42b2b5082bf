import { POINT_NAMES } from "../wire/wire-points.ts";
import { ORDER_KINDS } from "./draw-order.ts";
import { planTrial } from "./plan.ts";

const plans = Array.from({ length: 200 }, (_, n) => planTrial("a seed", n + 1));
const orders = plans.flatMap(({ steps }) => steps.map(({ order }) => order));

test("the same seed and number make the same plan, others another", () => {
  expect(planTrial("x", 7)).toEqual(planTrial("x", 7));
  expect(planTrial("x", 7)).not.toEqual(planTrial("x", 8));
  expect(planTrial("x", 7)).not.toEqual(planTrial("y", 7));
});

test("of 200 plans, every kind of order, every named point, every moment and every blow occurs", () => {
  expect(new Set(orders.map(({ kind }) => kind))).toEqual(new Set(ORDER_KINDS));
  const points = orders.flatMap((order) => (order.kind === "point" ? [order] : []));
  expect(new Set(points.map(({ point }) => point))).toEqual(new Set(POINT_NAMES));
  expect(new Set(points.map(({ moment }) => moment))).toEqual(new Set(["before", "half", "unanswered", "after"]));
  expect(new Set(points.map(({ blow }) => blow))).toEqual(new Set(["kill", "freeze", "cut", "stall"]));
});

test("of 200 plans, every mode of the simulator's request faults and every webhook fault occurs", () => {
  const faults = orders.flatMap((order) => (order.kind === "request fault" ? [order.fault] : []));
  expect(new Set(faults.map(({ mode }) => mode))).toEqual(
    new Set(["status", "status_after", "reset_before", "reset_after", "hang_after", "slow", "late"]),
  );
  const statuses = new Set(faults.map(({ status }) => status));
  for (const status of [401, 402, 403, 422, 429, 500, 502, 503]) expect(statuses).toContain(status);
  const webhooks = orders.flatMap((order) => (order.kind === "webhook fault" ? Object.keys(order.faults) : []));
  expect(new Set(webhooks)).toEqual(new Set(["lose", "dup", "delayMs", "reorder", "badSig", "before201"]));
});

test("every plan is in order, begins with a launch, and asks nobody twice in one campaign", () => {
  for (const { steps, campaigns, workers } of plans) {
    expect(steps[0]).toMatchObject({ atMs: 0 });
    expect(steps.map(({ atMs }) => atMs)).toEqual(steps.map(({ atMs }) => atMs).sort((a, b) => a - b));
    expect(steps.some(({ order }) => order.kind === "launch" && order.campaign === 0)).toBe(true);
    for (const numbers of campaigns) {
      expect(numbers.length).toBeGreaterThanOrEqual(10);
      expect(new Set(numbers).size).toBe(numbers.length);
      for (const number of numbers) expect(number).toMatch(/^\+1\d{10}$/);
    }
    expect(workers).toBeGreaterThanOrEqual(2);
  }
});
