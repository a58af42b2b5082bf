import type { Operation } from "../http/operation.ts";
import { auditOperations } from "./audit.ts";
import { batchOperations } from "./batches.ts";
import { callOperations } from "./calls.ts";
import { campaignOperations } from "./campaigns.ts";
import { candidateOperations } from "./candidates.ts";
import { doNotCallOperations } from "./do-not-call.ts";
import { eventOperations } from "./events.ts";
import { keyOperations } from "./keys.ts";
import { lineOperations } from "./lines.ts";
import { retellOperations } from "./retell.ts";
import { sessionOperations } from "./session.ts";
import { webhookOperations } from "./webhooks.ts";

/** Every request of /v1, in the order of the documentation. */
export const OPERATIONS: readonly Operation[] = [
  ...campaignOperations,
  ...candidateOperations,
  ...doNotCallOperations,
  ...batchOperations,
  ...callOperations,
  ...eventOperations,
  ...lineOperations,
  ...keyOperations,
  ...sessionOperations,
  ...auditOperations,
  ...webhookOperations,
  ...retellOperations,
];
