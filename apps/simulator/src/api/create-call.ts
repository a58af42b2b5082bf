import { z } from "zod";
import type { CreateEntry } from "../calls/ledger.ts";
import { linesFree } from "../calls/limits.ts";
import { chooseOutcome } from "../calls/outcomes.ts";
import type { Service } from "../service.ts";
import { DEFAULT_EVENTS } from "../webhooks/webhooks.ts";
import { type Answer, refuse } from "./answers.ts";
import { DEFAULT_AGENT_ID, knowsAgent, knowsNumber } from "./directory.ts";
import { toPhoneCall } from "./views.ts";

/** Retell's own time-out of a webhook delivery. */
const WEBHOOK_TIMEOUT_MS = 10_000;
const E164 = /^\+[1-9]\d{6,14}$/;

const CreateRequest = z
  .object({
    from_number: z.string(),
    to_number: z.string(),
    ignore_e164_validation: z.boolean().default(false),
    /** Without it the number's own agent answers, which is there if the number is. */
    override_agent_id: z.string().optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
    retell_llm_dynamic_variables: z.record(z.string(), z.string()).optional(),
    custom_sip_headers: z.record(z.string(), z.string()).default({}),
    agent_override: z
      .object({
        agent: z
          .object({
            webhook_url: z.string().nullish(),
            webhook_events: z.array(z.string()).nullish(),
            webhook_timeout_ms: z.number().min(1).nullish(),
          })
          .optional(),
      })
      .optional(),
  })
  .refine((call) => call.ignore_e164_validation || [call.from_number, call.to_number].every((n) => E164.test(n)));

/** Answers POST /v2/create-phone-call: refuses in Retell's order of checks, or makes the call and lets it ring. */
export async function createCall(service: Service, body: unknown, entry: CreateEntry): Promise<Answer> {
  const { account, calls, lifecycle, pace, settings } = service;
  const parsed = CreateRequest.safeParse(body);
  if (!parsed.success) return refuse(400);
  const request = parsed.data;
  const { from_number, override_agent_id } = request;
  if (!knowsNumber(account, from_number)) return refuse(422);
  if (override_agent_id !== undefined && !knowsAgent(account, override_agent_id)) return refuse(422);
  if (account.paymentRequired) return refuse(402);
  if (!linesFree(account, calls.live) || !pace.allows(account.callsPerSecond)) return refuse(429);

  const agent = request.agent_override?.agent;
  const call = calls.add({
    fromNumber: from_number,
    toNumber: request.to_number,
    agentId: override_agent_id ?? DEFAULT_AGENT_ID,
    metadata: request.metadata,
    dynamicVariables: request.retell_llm_dynamic_variables,
    sipHeaders: request.custom_sip_headers,
    webhook: {
      url: agent?.webhook_url ?? undefined,
      events: agent?.webhook_events ?? DEFAULT_EVENTS,
      timeoutMs: agent?.webhook_timeout_ms ?? WEBHOOK_TIMEOUT_MS,
    },
    outcome: chooseOutcome({
      toNumber: request.to_number,
      nth: calls.countTo(request.to_number),
      metadata: request.metadata,
      table: service.outcomes,
      seed: settings.seed,
      times: settings.times,
    }),
  });
  pace.started();
  service.ledger.accepted(entry, call.id);
  const answer = { status: 201, body: toPhoneCall(call, service.look()) };
  if (service.webhooks.rollBefore201()) await lifecycle.startAtOnce(call);
  else lifecycle.start(call);
  return answer;
}
