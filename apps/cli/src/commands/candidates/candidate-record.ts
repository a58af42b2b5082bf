import type { Schemas } from "@ringfence/client";
import { minute, plain, record } from "../../terminal/text.ts";
import { lastCall } from "./last-call.ts";

/** A candidate and its variables, one per line. */
export const candidateRecord = (candidate: Schemas["Candidate"]): string =>
  record([
    ["candidate", candidate.id],
    ["campaign", candidate.campaign_id],
    ["number", candidate.phone_number],
    ["name", candidate.name],
    ["external id", candidate.external_id],
    ["imported", minute(candidate.created_at)],
    ["last call", lastCall(candidate)],
    ...Object.entries(candidate.dynamic_variables).map(([name, value]): [string, string] => [
      `  ${plain(name)}`,
      String(value),
    ]),
  ]);
