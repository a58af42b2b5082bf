import { openBed } from "@ringfence/campaigns/testing";
import type { Role } from "@ringfence/domain";
import {
  addressOf,
  BUILT_ADMIN_KEY,
  type BuiltProcess,
  environmentOf,
  openBrowser,
  startBuilt,
  until,
} from "@ringfence/testkit";
import type { BrowserContextOptions, Page } from "playwright-core";

/** Calls ring for a moment and go on until a test ends them. */
const UNTIL_TOLD = { default: { reason: "user_hangup", ringMs: 50, talkMs: null } } as const;
/** A step on a page takes longer where a browser, an API, a worker and other tests share two cores, in ms. */
const STEP_TIMEOUT_MS = 30_000;

/**
 * The whole product as an operator meets it: the built API and worker on a database, a queue and a simulator of their
 * own, and a real browser. `settings` are added to theirs. `close` ends it all.
 */
export async function createWorld(settings: Record<string, string> = {}) {
  const bed = await openBed({ concurrencyLimit: 100, outcomes: UNTIL_TOLD });
  const browser = openBrowser();
  const environment = { ...environmentOf(bed), SWEEP_INTERVAL_MS: "300", ...settings };
  const startApi = async (port = "0") => {
    const process = startBuilt("api", { ...environment, PORT: port });
    return { ...process, url: await addressOf(process) };
  };
  let api = await startApi();
  const { url } = api;
  const startWorker = (): BuiltProcess => startBuilt("worker", { ...environment, PUBLIC_URL: url });
  let worker = startWorker();
  const problems: string[] = [];

  const request = async <Answer>(method: string, path: string, body?: object | string): Promise<Answer> => {
    const csv = typeof body === "string";
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${BUILT_ADMIN_KEY}`,
        ...(body !== undefined && { "content-type": csv ? "text/csv" : "application/json" }),
      },
      ...(body !== undefined && { body: csv ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return (text ? JSON.parse(text) : undefined) as Answer;
  };

  const ongoing = () => bed.simulator.state().calls.filter((call) => call.call_status === "ongoing");

  return {
    ...bed,
    url,
    request,
    /** What pages complained of on their consoles, which is nothing unless a test expects it. */
    problems,
    adminKey: BUILT_ADMIN_KEY,

    /** A key of this role. */
    key: async (role: Role, name = `the ${role}`) =>
      (await request<{ key: string }>("POST", "/v1/keys", { name, role })).key,

    /** A page in a context of its own, its steps patient; signed in if there is a key. */
    open: async (path: string, options: BrowserContextOptions & { key?: string } = {}): Promise<Page> => {
      const { key, ...context } = options;
      const own = await (await browser).newContext({
        locale: "en-GB",
        timezoneId: "UTC",
        reducedMotion: "reduce",
        ...context,
      });
      if (key) await own.request.post(`${url}/v1/session`, { data: { key }, failOnStatusCode: true });
      const page = await own.newPage();
      page.setDefaultTimeout(STEP_TIMEOUT_MS);
      page.on("pageerror", (error) => problems.push(String(error)));
      page.on("console", (message) => {
        if (message.type() === "error") problems.push(message.text());
      });
      await page.goto(new URL(path, url).href);
      return page;
    },

    /** Closes every page: what nobody looks at any more costs the others time. */
    closePages: async (): Promise<void> => {
      await Promise.all((await browser).contexts().map((context) => context.close()));
    },

    /** Kills the API, as a crash would; what it returns starts it again at the same address. */
    killApi: async (): Promise<() => Promise<void>> => {
      api.child.kill("SIGKILL");
      await api.exit;
      return async () => {
        api = await startApi(new URL(url).port);
      };
    },

    /** Ends the only worker, as a stop of its machine would; what it returns starts another one. */
    endWorker: async (): Promise<() => void> => {
      worker.child.kill("SIGTERM");
      await worker.exit;
      return () => {
        worker = startWorker();
      };
    },

    /** A campaign with candidates, launched. */
    launched: async (candidates: number, name = "Spring"): Promise<{ campaign: string; batch: string }> => {
      const campaign = await bed.campaign(candidates);
      await bed.sql("UPDATE campaigns SET name = $2 WHERE id = $1", [campaign, name]);
      const { id: batch } = await request<{ id: string }>("POST", `/v1/campaigns/${campaign}/launch`);
      return { campaign, batch };
    },

    /** Waits until this many calls go on at the simulator, all of them answered. */
    live: (calls: number) =>
      until(
        `${calls} calls are live`,
        () => ongoing().length === calls && bed.simulator.state().currentConcurrency === calls,
      ),

    /** Ends all calls that go on; returns how many. */
    endLive: (): number => {
      const live = ongoing();
      for (const call of live) bed.simulator.end(call.call_id);
      return live.length;
    },

    close: async (): Promise<void> => {
      await (await browser).close();
      for (const { child, exit } of [worker, api]) {
        child.kill("SIGKILL");
        await exit;
      }
      await bed.close();
    },
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;
