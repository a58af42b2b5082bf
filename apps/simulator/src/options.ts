import { z } from "zod";
import { OwnAgent, OwnNumber } from "./api/directory.ts";
import type { CallTimes, OutcomeTable } from "./calls/outcomes.ts";

/** What a test may change of the simulated workspace while it runs. Times are real milliseconds, not scaled. */
export const AccountPatch = z
  .strictObject({
    /** Lines of the workspace. */
    concurrencyLimit: z.int().min(0),
    /** Lines kept for inbound calls. */
    reservedInbound: z.int().min(0),
    /** Lines that others of the workspace hold now. */
    foreignCalls: z.int().min(0),
    /** Most calls started per second, fractions allowed; 0 = no limit. */
    callsPerSecond: z.number().min(0),
    /** Creates are answered 402. */
    paymentRequired: z.boolean(),
    /** Everything is answered 401. */
    keyRevoked: z.boolean(),
    /** The numbers one may call from; `null` = any. */
    numbers: z.array(OwnNumber).nullable(),
    /** The agents there are; `null` = any. */
    agents: z.array(OwnAgent).nullable(),
    /** Where webhooks go when the call names no address; `null` = nowhere. */
    webhookUrl: z.string().nullable(),
    /** A new call shows up in list-calls only after this. */
    listLagMs: z.number().min(0),
    /** A call that never connected loses its metadata, in every view of it. */
    dropMetadataOnNotConnected: z.boolean(),
    /** Whether stop-call works on a call that still rings. */
    stopRinging: z.enum(["ok", "reject"]),
    /** What stop-call answers for a call that is over. */
    stopEndedStatus: z.union([z.literal(422), z.literal(400)]),
  })
  .partial();
/** See the schema of the same name. */
export type AccountPatch = z.infer<typeof AccountPatch>;

/** The simulated workspace as it is now. */
export type Account = { [K in keyof AccountPatch]-?: Exclude<AccountPatch[K], undefined> };

/** How to start a simulator; everything has a default. */
export interface SimulatorOptions extends AccountPatch {
  /** 0 (default) = any free port. */
  port?: number | undefined;
  /** Default 127.0.0.1. */
  host?: string | undefined;
  /** Default `key_simulator`. */
  apiKey?: string | undefined;
  /** Webhooks are signed with it; default: the API key. */
  webhookKey?: string | undefined;
  /** Scales ringing, talking, analysis and the spacing of webhook retries; 0.05 = twenty times faster. Default 1. */
  timeScale?: number | undefined;
  /** Of the random mix and of the webhook faults' dice. Default 1. */
  seed?: number | undefined;
  /** Times of calls whose rule names none. Default 4 s, 20 s, 2 s. */
  times?: Partial<CallTimes> | undefined;
  outcomes?: OutcomeTable | undefined;
  /** Whether `/__sim/*` is served. Default true. */
  admin?: boolean | undefined;
}

/** What is simulated unless told otherwise; 20 lines is what Retell gives a pay-as-you-go workspace. */
const ACCOUNT: Account = {
  concurrencyLimit: 20,
  reservedInbound: 0,
  foreignCalls: 0,
  callsPerSecond: 0,
  paymentRequired: false,
  keyRevoked: false,
  numbers: null,
  agents: null,
  webhookUrl: null,
  listLagMs: 0,
  dropMetadataOnNotConnected: false,
  stopRinging: "ok",
  stopEndedStatus: 422,
};

const TIMES: CallTimes = { ringMs: 4_000, talkMs: 20_000, analyzeMs: 2_000 };

/** Options with every default filled in. */
export interface Settled {
  port: number;
  host: string;
  apiKey: string;
  webhookKey: string;
  timeScale: number;
  seed: number;
  times: CallTimes;
  outcomes: OutcomeTable;
  admin: boolean;
  account: Account;
}

/** The values that are given, over the ones that are not. */
export function overlay<T extends object>(base: T, patch: { [K in keyof T]?: T[K] | undefined }): T {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(given) };
}

/** Fills in the defaults. Throws a ZodError on an account value that makes no sense. */
export function settle(options: SimulatorOptions): Settled {
  const { port, host, apiKey, webhookKey, timeScale, seed, times, outcomes, admin, ...account } = options;
  const key = apiKey ?? "key_simulator";
  return {
    port: port ?? 0,
    host: host ?? "127.0.0.1",
    apiKey: key,
    webhookKey: webhookKey ?? key,
    timeScale: timeScale ?? 1,
    seed: seed ?? 1,
    times: overlay(TIMES, times ?? {}),
    outcomes: outcomes ?? {},
    admin: admin ?? true,
    account: overlay(ACCOUNT, AccountPatch.parse(account)),
  };
}
