import { type Order, type Who, WORKERS } from "../plan/orders.ts";
import { freeze, strike, waitFor } from "../trial/blows.ts";
import { disturb } from "../trial/disturbance.ts";
import type { TrialState } from "../trial/trial-state.ts";
import type { Trap } from "./connection.ts";
import { WIRE_POINTS, type WirePoint } from "./wire-points.ts";

/** Lies in wait at a named point until the trial's end; whoever reaches it for the nth time is struck there. */
export async function armPoint(state: TrialState, order: Extract<Order, { kind: "point" }>): Promise<void> {
  const { world, timeline, counts, lifted } = state;
  const { of, wire, stages }: WirePoint = WIRE_POINTS[order.point];
  const name = `${order.point}, ${order.moment}: ${order.blow}`;
  const candidates: Who[] = of === "api" ? ["api"] : WORKERS.filter((who) => world.inUse.has(who));
  let reached = 0;
  let aftermath: Promise<unknown> = Promise.resolve();
  const disarms: (() => void)[] = [];
  const disarm = () => {
    for (const each of disarms.splice(0)) each();
  };

  for (const who of candidates) {
    // The webhooks' wire is the simulator's, but who is struck is the API.
    for (const proxy of world.wires(wire, wire === "webhooks" ? "simulator" : who)) {
      const trap: Trap = {
        stages,
        moment: order.moment,
        spring: async () => {
          reached++;
          if (reached > order.nth || lifted.aborted) return "go on";
          if (reached < order.nth) {
            disarms.push(proxy.arm(trap));
            return "go on";
          }
          disarm();
          counts.points[name] = (counts.points[name] ?? 0) + 1;
          timeline.note(`${who} is at: ${name}`);
          switch (order.blow) {
            case "kill":
              // One that is spared loses this connection only.
              if (world.veterans.has(who)) {
                disturb(world, wire)();
                return "drop";
              }
              // The data at hand must not go on before the process is dead.
              aftermath = strike(state, who, "kill", order.forMs);
              await world.slots[who].kill();
              return "drop";
            case "freeze":
              freeze(state, who, order.forMs);
              return "go on";
            case "stall": {
              counts.outages++;
              const over = disturb(world, wire);
              await waitFor(state, order.forMs);
              over();
              return "go on";
            }
            case "cut": {
              counts.outages++;
              const over = disturb(world, wire);
              await proxy.cut();
              aftermath = waitFor(state, order.forMs).then(async () => {
                await proxy.heal();
                over();
              });
              return "drop";
            }
          }
        },
      };
      disarms.push(proxy.arm(trap));
    }
  }
  await new Promise<void>((resolve) => {
    if (lifted.aborted) resolve();
    else lifted.addEventListener("abort", () => resolve(), { once: true });
  });
  disarm();
  if (reached < order.nth) counts.unreached++;
  await aftermath;
}
