import { type ZodError, z } from "zod";

const PROBLEMS = {
  invalid_request: { status: 400, title: "The request is not valid" },
  unauthenticated: { status: 401, title: "A valid key is needed" },
  forbidden: { status: 403, title: "This key may not do that" },
  not_found: { status: 404, title: "There is no such thing" },
  campaign_paused: { status: 409, title: "The campaign is paused" },
  campaign_archived: { status: 409, title: "The campaign is archived" },
  campaign_busy: { status: 409, title: "Calls of the campaign are not over" },
  campaign_has_calls: { status: 409, title: "The campaign has calls" },
  nothing_to_launch: { status: 409, title: "No candidate is left to call" },
  call_unfinished: { status: 409, title: "A call of this candidate is not over" },
  already_dialled: { status: 409, title: "This number was dialled already" },
  duplicate_number: { status: 409, title: "The campaign has this number already" },
  batch_cancelled: { status: 409, title: "The batch was stopped" },
  batch_completed: { status: 409, title: "The batch is completed" },
  too_many_webhooks: { status: 409, title: "There are too many webhooks" },
  too_large: { status: 413, title: "The request is too large" },
  unknown_number: { status: 422, title: "The caller number is not in the Retell account" },
  unknown_agent: { status: 422, title: "The agent is not in the Retell account" },
  idempotency_mismatch: { status: 422, title: "The Idempotency-Key belongs to another request" },
  unsupported_media_type: { status: 415, title: "The media type is not supported" },
  rate_limited: { status: 429, title: "Too many requests" },
  internal: { status: 500, title: "Something went wrong here" },
  unavailable: { status: 503, title: "A service that this needs is away" },
} as const;

/** The codes that tell a client what went wrong; each code has one HTTP status. */
export type ProblemCode = keyof typeof PROBLEMS;

/** All problem codes, for the documentation. */
export const PROBLEM_CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];
/** The HTTP status of a problem code. */
export const statusOf = (code: ProblemCode): number => PROBLEMS[code].status;
/** The title of a problem code, a sentence. */
export const titleOf = (code: ProblemCode): string => PROBLEMS[code].title;

/** One field at fault: `path` as the client wrote it, e.g. `candidates.3.phone_number`. */
export const FieldFault = z.object({
  path: z.string().meta({ description: "As the client wrote it; `body` is the whole", example: "candidates.3.name" }),
  message: z.string().meta({ description: "What is wrong and what to do" }),
});
export type FieldFault = z.infer<typeof FieldFault>;

/** The body of every error, as `application/problem+json` (RFC 9457). */
export const ProblemBody = z
  .object({
    type: z.string().meta({ example: "urn:ringfence:problem:invalid_request" }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: "What to do about it" }),
    code: z.enum(PROBLEM_CODES).meta({ description: "The word for programs" }),
    errors: z.array(FieldFault).optional().meta({ description: "Every field at fault, at most 1,000" }),
    braked: z.boolean().nullable().optional().meta({
      description:
        "Of a stop's 503: whether nobody else will be dialled although not all is cancelled yet; null: it is unknown",
    }),
  })
  .meta({ id: "Problem" });
export type ProblemBody = z.infer<typeof ProblemBody>;

/** An error that a client may see. `detail` says what to do about it and holds no phone number, key or payload. */
export class Problem extends Error {
  override readonly name = "Problem";

  /** Of a stop: whether nobody else will be dialled, null if that is unknown. */
  readonly braked: boolean | null | undefined;

  constructor(
    readonly code: ProblemCode,
    detail: string,
    readonly errors?: FieldFault[],
    { braked, cause }: { braked?: boolean | null; cause?: unknown } = {},
  ) {
    super(detail, { cause });
    this.braked = braked;
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }

  get body(): ProblemBody {
    return {
      type: `urn:ringfence:problem:${this.code}`,
      title: PROBLEMS[this.code].title,
      status: this.status,
      detail: this.message,
      code: this.code,
      ...(this.errors && { errors: this.errors }),
      ...(this.braked !== undefined && { braked: this.braked }),
    };
  }
}

/** How many faults one answer names at most. */
const MOST_NAMED = 1_000;

/** Names the invalid fields of a request, at most the first 1,000; `body` is the whole request body. */
export function invalidRequest(error: ZodError): Problem {
  const errors = error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          path: [...issue.path, key].join("."),
          message: "This field is not known; remove it or correct its name",
        }))
      : [{ path: issue.path.join(".") || "body", message: issue.message }],
  );
  const named = [...new Set(errors.map(({ path }) => (path === "body" ? "the body" : path)))].slice(0, 5).join(", ");
  return new Problem("invalid_request", `Correct and send again: ${named}`, errors.slice(0, MOST_NAMED));
}

/** The problem for a resource that does not exist or whose id is malformed. */
export const notFound = (
  what: "campaign" | "candidate" | "batch" | "call" | "key" | "number" | "webhook" | "delivery",
): Problem => new Problem("not_found", `There is no ${what} with this id`);
