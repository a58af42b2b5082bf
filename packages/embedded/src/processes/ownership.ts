import { randomBytes } from "node:crypto";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startOf } from "./process-identity.ts";

/** The data have a live owner; the message names its pid and is meant for the person who started a second one. */
export class AlreadyRunning extends Error {}

/** How long a start waits for a rival that gives way, in ms. */
const PATIENCE_MS = 1_000;
const LOOK_AGAIN_MS = 25;

/**
 * Makes this process the one owner of a data folder and returns the way to give it up. Throws `AlreadyRunning` while
 * another live process, or another start in this one, holds it; a dead owner's claim counts for nothing.
 *
 * Each contender puts down a claim first and looks for others after, so two can never both find themselves alone. Of
 * two that come at once, the one whose claim sorts last gives way and the other waits for that.
 */
export async function own(folder: string, patienceMs = PATIENCE_MS): Promise<() => Promise<void>> {
  const mine = `owner-${process.pid}-${startOf(process.pid)}-${randomBytes(4).toString("hex")}`;
  const giveUp = () => rm(join(folder, mine), { force: true });
  await writeFile(join(folder, mine), "");
  for (const deadline = Date.now() + patienceMs; ; await delay(LOOK_AGAIN_MS)) {
    const rival = (await liveClaims(folder)).find((claim) => claim !== mine);
    if (rival === undefined) return giveUp;
    if (rival < mine || Date.now() > deadline) {
      await giveUp();
      throw new AlreadyRunning(`Already running on the data in ${folder}: PID ${rival.split("-")[1]}, stop it first.`);
    }
  }
}

/** In order of name. Removes what dead owners left. */
async function liveClaims(folder: string): Promise<string[]> {
  const claims = (await readdir(folder)).filter((name) => name.startsWith("owner-")).sort();
  const live: string[] = [];
  for (const claim of claims) {
    const [, pid, began] = claim.split("-");
    if (startOf(Number(pid)) === began) live.push(claim);
    else await rm(join(folder, claim), { force: true });
  }
  return live;
}
