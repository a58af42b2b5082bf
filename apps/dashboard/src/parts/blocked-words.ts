import { isDialling, toldToPeople } from "@ringfence/domain";
import type { Lines } from "../api/types.ts";

/** Why nobody is dialled at all, and what to do about it. */
export interface Blocked {
  /** A short form of two words. */
  short: string;
  title: string;
  detail: string;
}

/** The reason of a hold in words, with the remedy if the reason does not name it. */
export function heldInWords(reason: string): string {
  const { text, remedy } = toldToPeople(reason);
  return [text, remedy].flatMap((sentence) => (sentence ? [`${sentence}.`] : [])).join(" ");
}

/** What prevents every pending call from being dialled; null while calls are dialled as lines and pace allow. */
export function blockedInWords({ blocked_by, held }: Pick<Lines, "blocked_by" | "held">): Blocked | null {
  if (isDialling(blocked_by)) return null;
  switch (blocked_by) {
    case "no_worker":
      return {
        short: "no worker",
        title: "No worker is running",
        detail: "Start one with npm run start:worker. Pending calls wait and lose nothing.",
      };
    case "queue_away":
      return {
        short: "no Redis",
        title: "Redis is away or takes no write",
        detail: "Dialling continues by itself once Redis takes writes again. Stops work without Redis.",
      };
    default:
      return {
        short: "held",
        title: "Dialling is held",
        detail: held ? heldInWords(held.reason) : "Pending calls wait and lose nothing until it is resumed.",
      };
  }
}
