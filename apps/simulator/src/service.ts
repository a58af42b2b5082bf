import type { Look } from "./api/views.ts";
import { type Calls, createCalls } from "./calls/calls.ts";
import { seededRandom } from "./calls/chance.ts";
import { createLedger, type Ledger } from "./calls/ledger.ts";
import { createLifecycle, type Lifecycle } from "./calls/lifecycle.ts";
import { createPace, type Pace } from "./calls/limits.ts";
import type { OutcomeTable } from "./calls/outcomes.ts";
import { createTimers } from "./calls/timers.ts";
import { createFaults, type Faults } from "./faults.ts";
import type { Account, Settled } from "./options.ts";
import { createCourier } from "./webhooks/delivery.ts";
import { createWebhooks, type Webhooks } from "./webhooks/webhooks.ts";

/** One simulated workspace without its HTTP: what the routes and the controls act on. */
export interface Service {
  readonly settings: Settled;
  readonly calls: Calls;
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly webhooks: Webhooks;
  readonly lifecycle: Lifecycle;
  readonly pace: Pace;
  account: Account;
  outcomes: OutcomeTable;
  /** Its own address, known once it listens. */
  url: string;
  look(): Look;
  /** Back to the day it was started. */
  reset(): void;
  /** Ends every timer and every webhook under way. */
  close(): void;
}

/** Puts one workspace together. */
export function createService(settings: Settled): Service {
  const timers = createTimers();
  const calls = createCalls();
  const ledger = createLedger();
  const { timeScale, webhookKey, seed } = settings;
  const courier = createCourier({ key: webhookKey, timers, timeScale, ledger });
  const random = seededRandom(`webhooks:${seed}`);
  const webhooks = createWebhooks({ courier, ledger, timers, random, account: () => service.account });
  const lifecycle = createLifecycle({ calls, webhooks, timers, timeScale, look: () => service.look() });
  const faults = createFaults(timers);
  const pace = createPace();

  const service: Service = {
    settings,
    calls,
    ledger,
    faults,
    webhooks,
    lifecycle,
    pace,
    account: settings.account,
    outcomes: settings.outcomes,
    url: "",
    look: () => ({ url: service.url, dropMetadataOnNotConnected: service.account.dropMetadataOnNotConnected }),
    reset() {
      timers.clear();
      for (const part of [webhooks, calls, ledger, pace]) part.clear();
      faults.reset();
      service.account = settings.account;
      service.outcomes = settings.outcomes;
    },
    close() {
      timers.close();
      webhooks.clear();
      courier.close();
      faults.reset();
    },
  };
  return service;
}
