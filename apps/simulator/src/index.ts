import { createApp, listen, urlOf } from "./api/server.ts";
import { type Controls, createControls } from "./controls.ts";
import { type SimulatorOptions, settle } from "./options.ts";
import { createService } from "./service.ts";

export type { OwnAgent, OwnNumber } from "./api/directory.ts";
export type { PhoneCall } from "./api/views.ts";
export type { Chance } from "./calls/chance.ts";
export type { CreateEntry, WebhookEntry } from "./calls/ledger.ts";
export type { CallTimes, OutcomeTable, Rule } from "./calls/outcomes.ts";
export type { Figures, SimulatorState } from "./controls.ts";
export type { FaultSpec, RouteKey } from "./faults.ts";
export type { AccountPatch, SimulatorOptions } from "./options.ts";
export type { WebhookEvent, WebhookFaults } from "./webhooks/webhooks.ts";

/** A running simulator of Retell's API: where it is, and the controls over it. */
export interface Simulator extends Controls {
  /** `http://host:port`, to be given to the SDK as `baseURL`. */
  readonly url: string;
  readonly apiKey: string;
  /** Webhooks are signed with it. */
  readonly webhookKey: string;
  /** Cuts every connection, timer and webhook under way; may be repeated. */
  close(): Promise<void>;
}

/** Starts a simulator in this process and resolves when it listens. Rejects if the port is taken; throws on a senseless option. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const settings = settle(options);
  const service = createService(settings);
  const controls = createControls(service);
  const server = await listen(createApp(service, controls), settings.host, settings.port);
  service.url = urlOf(server);
  return {
    ...controls,
    url: service.url,
    apiKey: settings.apiKey,
    webhookKey: settings.webhookKey,
    async close() {
      service.close();
      server.closeAllConnections();
      if (!server.listening) return;
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
