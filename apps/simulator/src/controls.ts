import { type PhoneCall, toPhoneCall } from "./api/views.ts";
import { isLive } from "./calls/calls.ts";
import type { CreateEntry, Tally, WebhookEntry } from "./calls/ledger.ts";
import { OutcomeTable } from "./calls/outcomes.ts";
import { FaultSpec } from "./faults.ts";
import { AccountPatch, overlay } from "./options.ts";
import type { Service } from "./service.ts";
import { WebhookFaults } from "./webhooks/webhooks.ts";

/** Counts of a whole run; cheap to ask for, whatever the number of calls. */
export interface Figures extends Tally {
  /** Calls that hold a line now. */
  currentConcurrency: number;
  /** The most that ever held one at once. */
  peakConcurrency: number;
}

/** Everything that happened, as copies. In `dialsPerCall` and `refusedPerCall` the keys are `metadata.call_id`. */
export interface SimulatorState extends Figures {
  calls: PhoneCall[];
  webhooks: WebhookEntry[];
  creates: CreateEntry[];
  dialsPerCall: Record<string, number>;
  refusedPerCall: Record<string, number>;
}

/** What a test or an operator may do to a running simulator; `/__sim/*` adapts to it. Wrong arguments throw a ZodError. */
export interface Controls {
  state(): SimulatorState;
  figures(): Figures;
  /** Adds a fault behind those that wait already. */
  fault(spec: FaultSpec): void;
  /** Forgets the faults of requests; requests caught already stay caught. */
  clearFaults(): void;
  /** Replaces the webhook faults; `{}` ends them. */
  webhooks(faults: WebhookFaults): void;
  /** Changes what is named and leaves the rest. */
  account(patch: AccountPatch): void;
  /** Replaces `byNumber`, `default` or both; calls under way keep the outcome they have. */
  outcomes(table: OutcomeTable): void;
  /** The service no longer knows the call and sends nothing more about it. Throws if it never did. */
  forget(retellCallId: string): void;
  /** The call as get-call would show it now. */
  call(retellCallId: string): PhoneCall | undefined;
  /** Ends a live call now, by default for the reason it was to end for. Throws if there is no such live call. */
  end(retellCallId: string, reason?: string): void;
  /** Back to the day it was started: no calls, empty books, no faults, the settings it was started with. */
  reset(): void;
}

/** A call that is not there, or not in the state that was asked for. */
export class NoSuchCall extends Error {}

/** Creates the controls of one workspace. */
export function createControls(service: Service): Controls {
  const figures = (): Figures => ({
    ...service.ledger.tally(),
    currentConcurrency: service.calls.live,
    peakConcurrency: service.calls.peak,
  });

  return {
    figures,
    state: () => ({
      ...figures(),
      ...service.ledger.snapshot(),
      calls: service.calls.all.filter((call) => !call.forgotten).map((call) => toPhoneCall(call, service.look())),
    }),
    fault: (spec) => service.faults.add(FaultSpec.parse(spec)),
    clearFaults: () => service.faults.clear(),
    webhooks: (faults) => service.webhooks.setFaults(WebhookFaults.parse(faults)),
    account(patch) {
      service.account = overlay(service.account, AccountPatch.parse(patch));
    },
    outcomes(table) {
      service.outcomes = overlay(service.outcomes, OutcomeTable.parse(table));
    },
    forget(retellCallId) {
      const call = service.calls.get(retellCallId);
      if (!call) throw new NoSuchCall(`No call ${retellCallId}`);
      service.lifecycle.forget(call);
    },
    call(retellCallId) {
      const call = service.calls.get(retellCallId);
      return call && toPhoneCall(call, service.look());
    },
    end(retellCallId, reason) {
      const call = service.calls.get(retellCallId);
      if (!call || !isLive(call)) throw new NoSuchCall(`No live call ${retellCallId}`);
      service.lifecycle.end(call, reason ?? call.outcome.reason);
    },
    reset: () => service.reset(),
  };
}
