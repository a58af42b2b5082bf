import type { ProblemCode, Role } from "@ringfence/domain";
import type { z } from "zod";

/** The groups in which the documentation shows operations. */
export const TAGS = {
  Campaigns: "People to call, and the number to call them from.",
  Candidates: "The people of a campaign.",
  "Do not call": "Numbers that are never dialled, in whichever campaign.",
  Batches: "A launch makes one batch of calls. Stopping is done here and on campaigns.",
  Calls: "One call to one candidate.",
  Lines: "How many calls go on at once, and how fast they are dialled.",
  Retell: "What the Retell account has.",
  Keys: "Who may do what. Viewers read, operators call and stop, admins change lines and keys.",
  Webhooks: "Where your programs hear of what happens.",
  Audit: "Who did what when.",
  Live: "Changes as they happen.",
} as const;

/** One request of /v1 as the documentation shows it. Its schemas are those by which the route reads and answers. */
export interface Operation {
  method: "get" | "post" | "put" | "patch" | "delete";
  /** With parameters in braces, below /v1. */
  path: `/v1/${string}`;
  /** For generated clients: the name of their function. */
  id: string;
  tag: keyof typeof TAGS;
  summary: string;
  description?: string;
  /** The least role that may; null: nobody has to be known. */
  needs: Role | null;
  /** Never rate-limited. */
  isStop?: boolean;
  /** Takes an Idempotency-Key. */
  isOnce?: boolean;
  query?: z.ZodObject;
  body?: { schema: z.ZodType; example?: object; isOptional?: boolean; csv?: string; ndjson?: string };
  answer: { status: 200 | 201 | 204; description: string; schema?: z.ZodType; csv?: string; events?: string };
  /** Beside those that follow from the above: 400 for a query or body, 401, 403, 404 for an id, 413 and 415 for a body, 500, 503. */
  problems?: ProblemCode[];
}
