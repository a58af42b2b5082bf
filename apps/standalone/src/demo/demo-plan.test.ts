import { planDemo } from "./demo-plan.ts";

const POISON = {
  DATABASE_URL: "postgres://poison/x",
  REDIS_URL: "redis://poison",
  RETELL_API_KEY: "key_poison",
  RETELL_WEBHOOK_KEY: "key_poison",
  RETELL_BASE_URL: "https://poison",
  PUBLIC_URL: "https://poison",
  ADMIN_API_KEY: "poison",
  NODE_OPTIONS: "--poison",
  CALL_CONCURRENCY: "poison",
  SIMULATOR_OUTCOMES: "poison",
};
const PLACES = { clone: "/c", logs: "/l", key: "demo-key", once: true };

test("only PATH and HOME of the shell reach the processes of the demo", () => {
  const plan = planDemo({ ...POISON, PATH: "/bin", HOME: "/home/me" }, PLACES);
  expect(JSON.stringify(plan)).not.toContain("poison");
  expect(plan).toMatchObject({ postgres: { dataDir: null }, redis: "embedded" });
  expect(plan.environment).toEqual({
    PATH: "/bin",
    HOME: "/home/me",
    ADMIN_API_KEY: "demo-key",
    PORT: "0",
    CALL_CONCURRENCY: "5",
    CALLS_PER_SECOND: "0",
  });
});

test("API and worker dial the simulator, with the key that it accepts", () => {
  const { retell } = planDemo({}, PLACES);
  if (retell === "real") throw new Error("The demo would dial people");
  expect(retell.use("http://127.0.0.1:4")).toEqual({
    RETELL_API_KEY: retell.simulator.SIMULATOR_API_KEY,
    RETELL_BASE_URL: "http://127.0.0.1:4",
  });
});

test("a person has more than three minutes until the last call ends; an unattended demo is not slowed", () => {
  const outcomesOf = (once: boolean): { ringMs: number; talkMs?: number }[] => {
    const { retell } = planDemo({}, { ...PLACES, once });
    if (retell === "real") throw new Error("The demo would dial people");
    return Object.values(JSON.parse(retell.simulator.SIMULATOR_OUTCOMES!).byNumber);
  };
  // Five lines, each taking the next call as soon as it is free.
  const lastsMs = (once: boolean) => {
    const freeAt = [0, 0, 0, 0, 0];
    for (const { ringMs, talkMs = 0 } of outcomesOf(once)) {
      const next = freeAt.indexOf(Math.min(...freeAt));
      freeAt[next] = freeAt[next]! + ringMs + talkMs;
    }
    return Math.max(...freeAt);
  };
  expect(lastsMs(true)).toBeLessThan(60_000);
  expect(lastsMs(false)).toBeGreaterThan(180_000);
  expect(lastsMs(false)).toBeLessThan(300_000);
  expect(planDemo({}, { ...PLACES, once: false }).environment.CALLS_PER_SECOND).toBe("1");
});
