import type { Schemas } from "@ringfence/client";
import { words } from "../../terminal/text.ts";

/** The status of a candidate's last call, in words; null if there is none. A cancelled call does not count as failed. */
export const lastCall = ({ last_call_status, last_call_cancelled }: Schemas["Candidate"]): string | null =>
  last_call_status === null ? null : last_call_cancelled ? "cancelled" : words(last_call_status);
