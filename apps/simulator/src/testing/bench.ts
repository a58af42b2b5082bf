import Retell from "retell-sdk";
import { type Simulator, type SimulatorOptions, startSimulator } from "../index.ts";
import { type Inbox, openInbox } from "./inbox.ts";

type CreateBody = Retell.CallCreatePhoneCallParams;

/** A simulator, an inbox that it sends its webhooks to, and the real SDK in front of it. */
export interface Bench {
  sim: Simulator;
  inbox: Inbox;
  /** The SDK with its retries off. */
  retell: Retell;
  /** Creates a call to a number that no special ending matches. */
  dial(body?: Partial<CreateBody>): Promise<Retell.PhoneCallResponse>;
  close(): Promise<void>;
}

/** Times that let a test watch a call go by without waiting for it. */
export const QUICK = { ringMs: 2, talkMs: 4, analyzeMs: 2 };

/** Sets up a bench; calls are quick and end with `user_hangup` unless told otherwise. */
export async function setUpBench(options: SimulatorOptions = {}): Promise<Bench> {
  const inbox = await openInbox(options.webhookKey ?? options.apiKey ?? "key_simulator");
  const sim = await startSimulator({
    times: QUICK,
    timeScale: 1,
    outcomes: { default: { reason: "user_hangup" } },
    webhookUrl: inbox.url,
    ...options,
  });
  const retell = new Retell({ apiKey: sim.apiKey, baseURL: sim.url, maxRetries: 0 });
  return {
    sim,
    inbox,
    retell,
    dial: (body = {}) =>
      retell.call.createPhoneCall({ from_number: "+14157774444", to_number: "+12137774445", ...body }),
    async close() {
      await sim.close();
      await inbox.close();
    },
  };
}
