import { type Client, createClient } from "@ringfence/client";
import type { Command } from "commander";
import { type Flags, readSettings } from "./settings.ts";
import type { Io } from "./terminal/io.ts";

/** Time-out of one poll of the API while watching, in ms. */
const LOOK_TIMEOUT_MS = 10_000;

/** The dependencies of a command. */
export interface Context {
  io: Io;
  /** Retries requests that may be repeated. */
  client: Client;
  /** Never retries: for polls that recur anyway. */
  looking: Client;
  json: boolean;
}

/** Builds the context of a command from its flags and the environment. Throws as `readSettings` does. */
export type Open = (command: Command) => Context;

export const openWith =
  (io: Io, environment: NodeJS.ProcessEnv): Open =>
  (command) => {
    const { json = false, ...flags } = command.optsWithGlobals<Flags & { json?: boolean }>();
    const { warnings, ...access } = readSettings(flags, environment);
    for (const warning of warnings) io.note(io.paintNote("yellow", warning));
    return {
      io,
      client: createClient(access),
      looking: createClient({ ...access, retries: { attempts: 1 }, readTimeoutMs: LOOK_TIMEOUT_MS }),
      json,
    };
  };

/** Prints a result: the API's own JSON with --json, otherwise text. */
export function print({ io, json }: Context, value: unknown, text: () => string): void {
  io.out(json ? JSON.stringify(value, null, 2) : text());
}
