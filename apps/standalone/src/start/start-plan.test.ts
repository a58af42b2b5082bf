import { planStart, toBootPlan } from "./start-plan.ts";

const PLACES = { clone: "/c", logs: "/l", dataDir: "/d", adminKey: "made-0123456789-0123456789" };
const bootPlan = (environment: Record<string, string>) => toBootPlan(planStart(environment), environment, PLACES);
test.each([[{}], [{ DATABASE_URL: "", REDIS_URL: "", RETELL_API_KEY: "", ADMIN_API_KEY: "", PORT: "" }]])(
  "with nothing set everything is embedded and simulated: %j",
  (environment) => {
    const plan = bootPlan(environment);
    expect(plan).toMatchObject({ postgres: { dataDir: "/d" }, redis: "embedded" });
    expect(plan.retell).not.toBe("real");
    expect(plan.environment.ADMIN_API_KEY).toBe(PLACES.adminKey);
    expect(planStart(environment)).toMatchObject({ host: "127.0.0.1", port: 3000 });
  },
);

test("every variable that is set is used", () => {
  const environment = {
    DATABASE_URL: "postgres://me:secret@db.example/x?password=secret",
    REDIS_URL: "rediss://:secret@redis.example:6380",
    RETELL_API_KEY: "key_real",
    ADMIN_API_KEY: "mine-0123456789-0123456789",
    CALL_CONCURRENCY: "9",
    LOG_LEVEL: "debug",
  };

  const plan = bootPlan({ ...environment });
  expect(plan).toMatchObject({
    postgres: { url: environment.DATABASE_URL },
    redis: { url: environment.REDIS_URL },
    retell: "real",
  });
  expect(plan.environment).toMatchObject({ CALL_CONCURRENCY: "9", LOG_LEVEL: "debug", RETELL_API_KEY: "key_real" });
});

test("without RETELL_API_KEY all other Retell variables are ignored", () => {
  const { retell } = bootPlan({ RETELL_BASE_URL: "https://poison", RETELL_WEBHOOK_KEY: "poison" });
  if (retell === "real") throw new Error("It would dial people");
  expect(retell.use("http://sim")).toEqual({
    RETELL_API_KEY: retell.simulator.SIMULATOR_API_KEY,
    RETELL_WEBHOOK_KEY: retell.simulator.SIMULATOR_WEBHOOK_KEY,
    RETELL_BASE_URL: "http://sim",
  });
});

test.each([
  [{}, "20"],
  [{ CALL_CONCURRENCY: "50" }, "50"],
  [{ CALL_CONCURRENCY: "50", SIMULATOR_CONCURRENCY: "7" }, "7"],
])("the simulated workspace has enough lines: %j", (environment, lines) => {
  const { retell } = bootPlan(environment);
  expect(retell !== "real" && retell.simulator.SIMULATOR_CONCURRENCY).toBe(lines);
});

test("variables of another PostgreSQL do not reach the embedded one", () => {
  expect(bootPlan({ PGSSLMODE: "require" }).environment).not.toHaveProperty("PGSSLMODE");
  const own = { PGSSLMODE: "require", DATABASE_URL: "postgres://db.example/x" };
  expect(bootPlan(own).environment).toHaveProperty("PGSSLMODE", "require");
});

test.each(["warn", "error", "silent"])("the addresses are logged even at LOG_LEVEL=%s", (LOG_LEVEL) => {
  expect(bootPlan({ LOG_LEVEL }).environment.LOG_LEVEL).toBe("info");
});

test("every fault of every process is listed, each once", () => {
  const environment = {
    DATABASE_URL: "mysql://x",
    ADMIN_API_KEY: "short",
    PORT: "x",
    CALL_CONCURRENCY: "0",
    SWEEP_INTERVAL_MS: "1",
  };
  expect(() => planStart(environment)).toThrow(expect.objectContaining({ name: "SettingsError" }));
  const lines = faultsOf(environment);
  expect(lines[0]).toMatch(/^Correct these settings/);
  expect(lines.slice(1).map((line) => line.trim().split(" ")[0])).toEqual([
    "DATABASE_URL",
    "CALL_CONCURRENCY",
    "ADMIN_API_KEY",
    "PORT",
    "SWEEP_INTERVAL_MS",
  ]);
});

function faultsOf(environment: Record<string, string>): string[] {
  try {
    planStart(environment);
    return [];
  } catch (error) {
    return (error as Error).message.split("\n");
  }
}
