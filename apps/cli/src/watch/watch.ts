import { type Client, RingfenceError } from "@ringfence/client";
import type { Context } from "../context.ts";
import { CliError, EXIT } from "../exit-codes.ts";
import type { Subject } from "./moment.ts";
import { jsonReporter, reporterOn } from "./reporters.ts";
import { show } from "./show.ts";

const SIGNALS = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;

/** The batch or the campaign with this id, and which of the two it is. Throws CliError if neither exists. */
export async function find(client: Client, id: string) {
  const init = { params: { path: { id } } };
  const batch = await client.GET("/v1/batches/{id}", init).catch(noneIfMissing);
  if (batch) return { kind: "batch", id, seen: batch } as const;
  const campaign = await client.GET("/v1/campaigns/{id}", init).catch(noneIfMissing);
  if (campaign) return { kind: "campaign", id, seen: campaign } as const;
  throw new CliError(EXIT.refused, "not_found", `There is no batch and no campaign with the id ${id}`);
}

function noneIfMissing(error: unknown): null {
  if (error instanceof RingfenceError && error.code === "not_found") return null;
  throw error;
}

/**
 * Watches until no call is left, and through outages of the API. Ctrl-C ends the watching only. Returns the exit
 * code; throws what the API refuses.
 */
export async function watch({ io, json, looking }: Context, subject: Subject): Promise<number> {
  const reporter = json ? jsonReporter(io) : reporterOn(io, "Ctrl-C ends watching; the calls go on");
  const leaving = new AbortController();
  let left: number | null = null;
  const onSignal = (signal: NodeJS.Signals) => {
    left ??= SIGNALS[signal as keyof typeof SIGNALS];
    leaving.abort();
  };
  // The handlers stay until the process ends, because npm passes one Ctrl-C on twice.
  for (const signal of Object.keys(SIGNALS)) process.on(signal, onSignal);
  try {
    const { figures } = await show({ client: looking, subject, reporter, signal: leaving.signal });
    return figures.stopped ? EXIT.cancelled : EXIT.done;
  } catch (error) {
    if (left === null) throw error;
    reporter.leave(subject);
    return left;
  }
}
