import type { Lookups } from "@ringfence/retell";
import type { Deps } from "../deps.ts";
import { insist } from "../dispatch/insist.ts";
import type { Step } from "./step.ts";

/** Probes a hold when its probe is due: first a read at Retell; if that succeeds, one claim passes the hold. */
export const probeHold =
  ({ db, queue, lookups, log }: Pick<Deps, "db" | "queue" | "log"> & { lookups: Lookups }): Step =>
  async () => {
    const probe = await db.lines.takeProbe();
    if (!probe) return 0;
    const answer = await lookups.probe();
    await insist(() => (answer === "ok" ? db.lines.openProbe(probe) : db.lines.readFailed(probe)));
    await queue.announceLines().catch(() => undefined);
    log.info({ answer }, "probed the hold");
    return 0;
  };
