import type { LinesView, UpdateLines } from "@ringfence/domain";
import { BY_ITSELF } from "../database/audit.ts";
import type { Deps } from "../deps.ts";
import { type LinesDeps, viewLines } from "./view-lines.ts";

type ManageDeps = Deps & LinesDeps;

/** Changes limit or pace. PostgreSQL decides; workers learn of it immediately or, without Redis, within a second. */
export const changeLines =
  (deps: ManageDeps) =>
  async (change: UpdateLines, by = BY_ITSELF): Promise<LinesView> => {
    await deps.db.lines.change(change, by);
    deps.log.info(change, "lines changed");
    return await tellWorkers(deps);
  };

/** Lifts a hold; dialling continues as soon as the pace allows. */
export const resumeCalling =
  (deps: ManageDeps) =>
  async (by = BY_ITSELF): Promise<LinesView> => {
    if (await deps.db.lines.resume(by)) deps.log.info({}, "hold lifted by hand");
    return await tellWorkers(deps);
  };

async function tellWorkers(deps: ManageDeps): Promise<LinesView> {
  const { queue, log } = deps;
  const lines = await viewLines(deps)();
  try {
    await queue.announceLines();
    await queue.letGo();
  } catch (error) {
    log.warn({ err: error }, "Redis is unavailable; workers learn of the change by themselves");
  }
  return lines;
}
