import { setTimeout as sleep } from "node:timers/promises";
import { type Client, RingfenceError } from "@ringfence/client";
import type { Context } from "../context.ts";
import { CliError, EXIT } from "../exit-codes.ts";
import { isAway } from "../failures.ts";
import { momentOf, type Subject, sampleOf } from "./moment.ts";
import { type Sample, withSample } from "./pace.ts";
import { jsonReporter, liveReporter, plainReporter, type Reporter } from "./reporters.ts";

const LOOK_EVERY_MS = 1_000;
const SIGNALS = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;

const batch = (client: Client, id: string, signal?: AbortSignal) =>
  client.GET("/v1/batches/{id}", { params: { path: { id } }, ...(signal && { signal }) });
const campaign = (client: Client, id: string, signal?: AbortSignal) =>
  client.GET("/v1/campaigns/{id}", { params: { path: { id } }, ...(signal && { signal }) });

const missing = (error: unknown) => error instanceof RingfenceError && error.code === "not_found";

/** The batch or the campaign with this id, and which of them it is. Throws CliError if there is neither. */
export async function find(client: Client, id: string) {
  try {
    return { kind: "batch", id, seen: await batch(client, id) } as const;
  } catch (error) {
    if (!missing(error)) throw error;
  }
  try {
    return { kind: "campaign", id, seen: await campaign(client, id) } as const;
  } catch (error) {
    if (!missing(error)) throw error;
    throw new CliError(EXIT.refused, "not_found", `There is no batch and no campaign with the id ${id}`);
  }
}

/**
 * Watches until no call is left, and through times when the API is away. Ctrl-C ends the watching only. Returns the exit
 * code; throws what the API refuses.
 */
export async function watch(context: Context, subject: Subject): Promise<number> {
  const { io, json } = context;
  const reporter = json ? jsonReporter(io) : io.terminal ? liveReporter(io) : plainReporter(io);
  const leaving = new AbortController();
  let left: number | null = null;
  const onSignal = (signal: NodeJS.Signals) => {
    left ??= SIGNALS[signal as keyof typeof SIGNALS];
    leaving.abort();
  };
  // They stay until the process ends: npm passes one Ctrl-C on twice.
  for (const signal of Object.keys(SIGNALS)) process.on(signal, onSignal);
  try {
    return await untilOver(context.looking, subject, reporter, leaving.signal);
  } catch (error) {
    if (left === null) throw error;
    reporter.leave(subject);
    return left;
  }
}

async function untilOver(client: Client, subject: Subject, reporter: Reporter, signal: AbortSignal): Promise<number> {
  let samples: Sample[] = [];
  for (let away = false; ; await sleep(LOOK_EVERY_MS, undefined, { signal })) {
    try {
      const [seen, lines] = await Promise.all([
        subject.kind === "batch" ? batch(client, subject.id, signal) : campaign(client, subject.id, signal),
        client.GET("/v1/lines", { signal }),
      ]);
      if (away) reporter.back();
      away = false;
      const at = Date.now();
      samples = withSample(samples, sampleOf(at, seen));
      const moment = momentOf(at, subject, seen, lines, samples);
      if (moment.figures.over) {
        reporter.end(moment);
        return moment.figures.stopped ? EXIT.cancelled : EXIT.done;
      }
      reporter.look(moment);
    } catch (error) {
      const later = isAway(error) || (error instanceof RingfenceError && error.status === 429);
      if (signal.aborted || !later) throw error;
      if (!away) reporter.away(error.message);
      away = true;
    }
  }
}
