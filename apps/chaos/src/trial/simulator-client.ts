import type { AccountPatch, FaultSpec, Figures, SimulatorState, WebhookFaults } from "@ringfence/simulator";

/** The simulator's admin routes, asked directly and not through a wire. */
export interface SimulatorClient {
  state(): Promise<SimulatorState>;
  figures(): Promise<Figures>;
  fault(spec: FaultSpec): Promise<void>;
  clearFaults(): Promise<void>;
  webhooks(faults: WebhookFaults): Promise<void>;
  account(patch: AccountPatch): Promise<void>;
  /** False if there is no such call any more. */
  forget(retellCallId: string): Promise<boolean>;
  reset(): Promise<void>;
}

/** Creates a client of a simulator's process. */
export function createSimulatorClient(address: () => string, signal: AbortSignal): SimulatorClient {
  const ask = async (method: string, path: string, body?: object, mayFail = false): Promise<Response> => {
    const response = await fetch(`${address()}/__sim/${path}`, {
      method,
      signal,
      ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    if (!response.ok && !mayFail)
      throw new Error(`the simulator refused ${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  const order = async (path: string, body: object) => void (await ask("POST", path, body)).body?.cancel();
  return {
    state: async () => (await (await ask("GET", "state")).json()) as SimulatorState,
    figures: async () => (await (await ask("GET", "figures")).json()) as Figures,
    fault: (spec) => order("fault", spec),
    clearFaults: async () => void (await ask("DELETE", "fault")).body?.cancel(),
    webhooks: (faults) => order("webhooks", faults),
    account: (patch) => order("account", patch),
    forget: async (retellCallId) => (await ask("POST", "forget", { call_id: retellCallId }, true)).ok,
    reset: () => order("reset", {}),
  };
}
