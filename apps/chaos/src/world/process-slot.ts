import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { now, type Span, sleep } from "../clock.ts";
import type { Guardian } from "./guardian.ts";

/** Longest wait for a process to say that it is ready, in ms: a loaded machine is slow. */
const READY_TIMEOUT_MS = 30_000;
/** A supervisor waits this long, in ms, before it starts a process again that could not start. */
const START_AGAIN_MS = 250;
/** Longest that a process may take to end when told to, in ms; a worker hands its calls back. */
const GRACE_MS = 12_000;
const KEPT_LINES = 3_000;

/** What runs in a slot. */
export interface SlotPlan {
  name: string;
  /** The built file. */
  script: string;
  /** All of its environment; nothing is inherited. */
  environment: () => Record<string, string>;
  /** The log line that says it is ready. */
  readyWhen: string;
}

/** One place for a process, which may die and be started again. */
export interface ProcessSlot {
  readonly name: string;
  /** Of the process that runs, null while none does. */
  readonly pid: number | null;
  /** The line that said it was ready. */
  readonly ready: Record<string, unknown> | null;
  /** When its processes were frozen by us. */
  readonly freezes: readonly Span[];
  /** Processes that ended without our doing, in a word each. */
  readonly lost: readonly string[];
  /** Resolves when a process runs and is ready, started now if need be, again and again. */
  ensureUp(signal?: AbortSignal): Promise<void>;
  /** SIGKILL; resolves when it is gone. False if none ran. */
  kill(): Promise<boolean>;
  /** SIGTERM; resolves when it is gone, cleanly or, after its time, by force. Null if none ran. */
  terminate(): Promise<"clean" | "by force" | null>;
  /** SIGSTOP, and SIGCONT after so many ms. False if none ran or it is frozen already. */
  freeze(ms: number, onThaw?: () => void): boolean;
  thaw(): void;
  /** What its processes wrote last. */
  lines(): string[];
  forgetLines(): void;
  close(): Promise<void>;
}

interface Running {
  child: ChildProcess;
  pid: number;
  ready: Record<string, unknown> | null;
  ended: Promise<string>;
  over: boolean;
  /** We brought its end about. */
  doomed: boolean;
}

/** Creates an empty slot; `ensureUp` fills it. */
export function createSlot(plan: SlotPlan, guardian: Guardian): ProcessSlot {
  let running: Running | null = null;
  let coming: Promise<void> | null = null;
  let closed = false;
  let lines: string[] = [];
  const freezes: Span[] = [];
  const lost: string[] = [];
  let thawTimer: NodeJS.Timeout | null = null;
  let frozenSince: Span | null = null;
  let whenThawed: (() => void) | undefined;

  const keep = (line: string) => {
    lines.push(line);
    if (lines.length > 2 * KEPT_LINES) lines = lines.slice(-KEPT_LINES);
  };

  const start = (): Running => {
    const child = spawn(process.execPath, [plan.script], {
      env: plan.environment(),
      detached: true, // a Ctrl-C in the terminal must reach us alone: we end them in order
      stdio: ["ignore", "pipe", "pipe", "ipc"], // with a channel: they end when we do
    });
    const pid = child.pid!;
    guardian.guard(pid);
    const run: Running = { child, pid, ready: null, ended: Promise.resolve(""), over: false, doomed: false };
    for (const output of [child.stdout!, child.stderr!]) {
      createInterface({ input: output }).on("line", (line) => {
        keep(line);
        if (!run.ready && line.includes(plan.readyWhen)) run.ready = JSON.parse(line);
      });
    }
    run.ended = new Promise((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    void run.ended.then((how) => {
      run.over = true;
      guardian.release(pid);
      keep(`--- ${plan.name} ${pid} ended: ${how}`);
      if (!run.doomed && run.ready) lost.push(`${plan.name} ${how}`);
      if (running === run) running = null;
    });
    keep(`--- ${plan.name} ${pid} started`);
    return run;
  };

  const untilUp = async (signal?: AbortSignal): Promise<void> => {
    for (const giveUpAt = now() + READY_TIMEOUT_MS; !closed; ) {
      signal?.throwIfAborted();
      if (running?.doomed) await running.ended;
      running ??= start();
      if (running.ready) return;
      if (now() > giveUpAt) throw new Error(`${plan.name} was not ready after ${READY_TIMEOUT_MS} ms`);
      const run = running;
      await Promise.race([run.ended, sleep(10)]);
      if (run.over) await sleep(START_AGAIN_MS);
    }
  };

  const thaw = () => {
    if (thawTimer) clearTimeout(thawTimer);
    thawTimer = null;
    if (!frozenSince) return;
    frozenSince.to = now();
    frozenSince = null;
    whenThawed?.();
    if (running && !running.over) running.child.kill("SIGCONT");
  };

  const kill = async (): Promise<boolean> => {
    const run = running;
    if (!run) return false;
    run.doomed = true;
    run.child.kill("SIGKILL");
    await run.ended;
    thaw();
    return true;
  };

  return {
    name: plan.name,
    get pid() {
      return running?.pid ?? null;
    },
    get ready() {
      return running?.ready ?? null;
    },
    freezes,
    lost,
    ensureUp: (signal) => {
      coming ??= untilUp(signal).finally(() => {
        coming = null;
      });
      return coming;
    },
    kill,
    terminate: async () => {
      const run = running;
      if (!run) return null;
      run.doomed = true;
      run.child.kill("SIGTERM");
      let forced = false;
      const impatience = setTimeout(() => {
        forced = true;
        run.child.kill("SIGKILL");
      }, GRACE_MS);
      await run.ended;
      clearTimeout(impatience);
      return forced ? "by force" : "clean";
    },
    freeze: (ms, onThaw) => {
      if (!running || frozenSince) return false;
      frozenSince = { from: now(), to: Number.POSITIVE_INFINITY };
      freezes.push(frozenSince);
      whenThawed = onThaw;
      running.child.kill("SIGSTOP");
      thawTimer = setTimeout(thaw, ms);
      return true;
    },
    thaw,
    lines: () => [...lines],
    forgetLines: () => {
      lines = [];
      freezes.length = 0;
      lost.length = 0;
    },
    close: async () => {
      closed = true;
      await kill();
    },
  };
}
