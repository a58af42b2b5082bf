import type { Order } from "../plan/orders.ts";
import { armPoint } from "../wire/points.ts";
import type { Wire } from "../wire/wire-points.ts";
import { freeze, strike, waitFor } from "./blows.ts";
import * as client from "./client-orders.ts";
import { disturb } from "./disturbance.ts";
import type { TrialState } from "./trial-state.ts";

/** Candidates that are added so that a launch under a stop has something to launch. */
const EXTRA_CANDIDATES = 10;

/** Carries out one order of a plan and, where it is an outage, ends it after its time or when the trial's end lifts all. */
export async function carryOut(state: TrialState, order: Order): Promise<void> {
  const { world, times, timeline, counts } = state;
  switch (order.kind) {
    case "launch":
      return void (await Promise.all(
        Array.from({ length: order.atOnce }, () => client.launch(state, order.campaign, order.include)),
      ));
    case "relaunch":
      await client.activate(state, order.campaign);
      return await client.launch(state, order.campaign, order.include);
    case "cancel":
      return await client.cancel(state, order.campaign, order.mode);
    case "stop":
      return void (await Promise.all(
        Array.from({ length: order.atOnce }, () => client.stop(state, order.campaign, order.mode)),
      ));
    case "stop mid-launch": {
      await client.importCandidates(world, state.campaigns[order.campaign]!.id, extraNumbers(order));
      await client.activate(state, order.campaign);
      const launched = client.launch(state, order.campaign, "undialed");
      await waitFor(state, order.afterMs);
      return void (await Promise.all([launched, client.stop(state, order.campaign, "drain")]));
    }
    case "hold": {
      const flag = await client.hold(state, order.campaign, order.what);
      if (flag === null) return;
      await waitFor(state, order.forMs);
      return await client.endHold(state, flag);
    }
    case "lines":
      return await client.changeLines(state, {
        ...(order.limit !== undefined && { limit: order.limit }),
        ...(order.callsPerSecond !== undefined && { callsPerSecond: order.callsPerSecond / times.scale }),
      });
    case "resume":
      return await client.resume(state);
    case "kill":
      return await strike(state, order.who, "kill", order.downMs);
    case "terminate":
      return await strike(state, order.who, "terminate", order.downMs);
    case "freeze":
      return freeze(state, order.who, order.forMs);
    case "cut":
    case "stall":
    case "delay":
      return await outage(state, order);
    case "reset":
      timeline.note(`connections reset: ${order.wire} of ${order.who}`);
      counts.outages++;
      for (const wire of world.wires(order.wire, order.who)) wire.reset();
      disturb(world, order.wire)();
      return;
    case "end backends": {
      timeline.note("PostgreSQL ends every connection");
      counts.outages++;
      const over = disturb(world, "postgres");
      await world.endBackends().catch(() => undefined);
      return over();
    }
    case "restart":
      return await restart(state, order.service, order.downMs);
    case "fail over": {
      const over = disturb(world, "redis");
      timeline.note(`Redis fails over${world.failOver ? "" : ", as seen from here"}`);
      counts.failovers++;
      if (world.failOver) await world.failOver();
      else for (const wire of world.wires("redis", "all")) wire.reset();
      return over();
    }
    case "empty redis":
      timeline.note("Redis is emptied");
      counts.flushes++;
      return await world.emptyRedis().catch(() => undefined);
    case "request fault": {
      const { delayMs, ...fault } = order.fault;
      timeline.note(`request fault ${JSON.stringify(order.fault)}`);
      counts.faults++;
      await world.simulator.fault({ ...fault, ...(delayMs !== undefined && { delayMs: times.ms(delayMs) }) });
      if (fault.times !== null) return;
      await waitFor(state, order.forMs);
      return await world.simulator.clearFaults();
    }
    case "webhook fault": {
      const { delayMs, ...faults } = order.faults;
      timeline.note(`webhook fault ${JSON.stringify(order.faults)}`);
      counts.faults++;
      await world.simulator.webhooks({ ...faults, ...(delayMs !== undefined && { delayMs: times.ms(delayMs) }) });
      await waitFor(state, order.forMs);
      return await world.simulator.webhooks({});
    }
    case "account": {
      timeline.note(`account ${JSON.stringify(order.patch)}`);
      counts.faults++;
      const { listLagMs, callsPerSecond, ...patch } = order.patch;
      await world.simulator.account({
        ...patch,
        ...(listLagMs !== undefined && { listLagMs: times.ms(listLagMs) }),
        ...(callsPerSecond !== undefined && { callsPerSecond: callsPerSecond / times.scale }),
      });
      await waitFor(state, order.forMs);
      return await world.restoreAccount();
    }
    case "forget":
      return await forgetOne(state);
    case "point":
      return await armPoint(state, order);
  }
}

/** Cuts, holds or slows wires for a while. */
async function outage(state: TrialState, order: Extract<Order, { kind: "cut" | "stall" | "delay" }>): Promise<void> {
  const { world, times, timeline, counts } = state;
  const { kind, wire, who, forMs } = order;
  const wires = world.wires(wire, who);
  timeline.note(`${kind} ${wire} of ${who} for ${times.ms(forMs)} ms`);
  counts.outages++;
  const over = disturb(world, wire);
  for (const each of wires) {
    if (order.kind === "delay") each.delay(times.ms(order.byMs));
    else await (order.kind === "cut" ? each.cut() : each.stall());
  }
  await waitFor(state, forMs);
  await Promise.all(wires.map((each) => each.heal()));
  over();
  timeline.note(`${wire} of ${who} healed`);
}

/** Restarts a service for real where it is this world's alone, else as this world would see it. */
async function restart(state: TrialState, service: "postgres" | "redis", downMs: number): Promise<void> {
  const { world, times, timeline, counts } = state;
  counts.restarts++;
  const over = disturb(world, service);
  const real = world.restartService(service);
  timeline.note(`${service} goes down for ${times.ms(downMs)} ms${real ? "" : ", as seen from here"}`);
  if (real) await real(times.ms(downMs));
  else {
    const wires: Wire = service;
    await Promise.all(world.wires(wires, "all").map((wire) => wire.cut()));
    await (service === "redis" ? world.emptyRedis() : world.endBackends()).catch(() => undefined);
    await waitFor(state, downMs);
    await Promise.all(world.wires(wires, "all").map((wire) => wire.heal()));
  }
  over();
  timeline.note(`${service} is up again`);
}

/** Retell forgets a live call that it told us of. */
async function forgetOne({ world, timeline, counts }: TrialState): Promise<void> {
  const { calls } = await world.simulator.state();
  const live = calls.find(({ call_status }) => call_status === "ongoing");
  if (!live || !(await world.simulator.forget(live.call_id))) return;
  counts.faults++;
  world.forgotten.add(live.call_id);
  timeline.note(`Retell forgets ${live.call_id}`);
}

/** Numbers that no other order uses. */
const extraNumbers = (order: { campaign: number; afterMs: number }): string[] =>
  Array.from(
    { length: EXTRA_CANDIDATES },
    (_, n) => `+1${420 + order.campaign}${100 + n}${String(1_000 + order.afterMs).padStart(4, "0")}`,
  );
