import { setTimeout as delay } from "node:timers/promises";
import { createLifetimes } from "./lifetimes.ts";

const NEVER = new Promise<never>(() => undefined);

function watched() {
  const events: string[] = [];
  const lifetimes = createLifetimes((error) => events.push(`trouble: ${(error as Error).message}`));
  const start = (name: string, { takes = 0, fails = false, endFails = false } = {}) =>
    lifetimes.start(async () => {
      await delay(takes);
      if (fails) throw new Error(`${name} cannot start`);
      events.push(`${name} up`);
      return {
        close: async () => {
          events.push(`${name} down`);
          if (endFails) throw new Error(`${name} cannot end`);
        },
      };
    });
  return { events, lifetimes, start };
}

test("the thing started last ends first, once the work is done", async () => {
  const { events, lifetimes, start } = watched();
  const result = await lifetimes.during(async () => {
    await start("a");
    await start("b");
    return "result";
  });
  expect(result).toBe("result");
  expect(events).toEqual(["a up", "b up", "b down", "a down"]);
});

test("things started in parallel end in the reverse order of their start, not of their readiness", async () => {
  const { events, lifetimes, start } = watched();
  await Promise.all([start("slow", { takes: 50 }), start("quick")]);
  await lifetimes.close();
  expect(events).toEqual(["quick up", "slow up", "quick down", "slow down"]);
});

test("a start that fails ends the others and is the error of the work", async () => {
  const { events, lifetimes, start } = watched();
  const work = lifetimes.during(async () => {
    await start("a");
    await start("b", { fails: true });
  });
  await expect(work).rejects.toThrow("b cannot start");
  expect(events).toEqual(["a up", "a down"]);
});

test("a lost thing ends the work and all other things", async () => {
  const { events, lifetimes, start } = watched();
  const work = lifetimes.during(async () => {
    await start("a");
    lifetimes.lost(new Error("a died"));
    return await NEVER;
  });
  await expect(work).rejects.toThrow("a died");
  expect(events).toEqual(["a up", "a down"]);
});

test("a thing that cannot be ended does not prevent the others from ending", async () => {
  const { events, lifetimes, start } = watched();
  await start("a");
  await start("b", { endFails: true });
  await lifetimes.close();
  await lifetimes.close();
  expect(events).toEqual(["a up", "b up", "b down", "trouble: b cannot end", "a down"]);
});

test("a close during a start ends that thing too, nothing else begins, and the work never settles", async () => {
  const { events, lifetimes, start } = watched();
  let settled = false;
  const work = lifetimes.during(async () => {
    await start("a", { takes: 50 });
    await start("b");
  });
  work.then(
    () => (settled = true),
    () => (settled = true),
  );
  await lifetimes.close();
  await expect(start("late")).rejects.toThrow();
  await delay(20);
  expect(events).toEqual(["a up", "a down"]);
  expect(settled).toBe(false);
});

test("a start under way is aborted by a close", async () => {
  const { lifetimes } = watched();
  const start = lifetimes.start(
    (signal) => new Promise<never>((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  );
  const refused = expect(start).rejects.toThrow(/abort/i);
  await lifetimes.close();
  await refused;
});
