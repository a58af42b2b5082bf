import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
// Not `{ z }`, which would keep every language of zod in the bundle: 0.6 MB and 50 ms at each start.
import * as z from "zod";
import { CliError, EXIT, usage } from "./exit-codes.ts";

const DEFAULT_URL = "http://127.0.0.1:3000";
/** Bits of a file's mode that let others than its owner in. */
const OTHERS = 0o077;

const Address = z
  .string()
  .refine(
    (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) && !new URL(value).username,
    "Must be an address such as https://calls.example.com, without user name and password",
  );
const Key = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]+$/, "Must be a key as Ringfence made it, in one piece");
const File = z.strictObject(
  { url: Address.optional(), key: Key.optional() },
  'Must be an object such as { "url": ..., "key": ... }',
);

/** What may be given on the command line. A key may not: everybody on the machine sees the arguments of a process. */
export interface Flags {
  url?: string;
  config?: string;
  keyFile?: string;
}

/** Where the API is, the key, and what a person should know about where they come from. */
export interface Settings {
  url: string;
  key: string;
  warnings: string[];
}

/**
 * Flags come before the environment, that before the file. Throws CliError, with all faults and what to do about them,
 * exit code 2; with exit code 4 if there is no key. No message holds a key.
 */
export function readSettings(flags: Flags, environment: NodeJS.ProcessEnv, home = homedir()): Settings {
  const warnings: string[] = [];
  const path = flags.config ?? defaultPath(environment, home);
  const file = readConfig(path, flags.config !== undefined, warnings);
  const faults: string[] = [];
  const checked = <Value>(schema: z.ZodType<Value>, name: string, value: string | undefined): Value | undefined => {
    if (!value) return undefined;
    const result = schema.safeParse(value);
    if (!result.success) faults.push(`${name}: ${result.error.issues[0]!.message}`);
    return result.data;
  };
  const url = checked(Address, "--url", flags.url) ?? checked(Address, "RINGFENCE_URL", environment.RINGFENCE_URL);
  const key = flags.keyFile
    ? checked(Key, flags.keyFile, readKeyFile(flags.keyFile, warnings))
    : checked(Key, "RINGFENCE_KEY", environment.RINGFENCE_KEY);
  if (faults.length > 0) throw usage(faults.join("\n"));

  const found = key ?? file.key;
  if (!found) {
    throw new CliError(
      EXIT.key,
      "key_missing",
      `There is no key. Set RINGFENCE_KEY, name a file with --key-file, or write { "key": "..." } into ${path} and close it to others (chmod 600).`,
    );
  }
  return { url: url ?? file.url ?? DEFAULT_URL, key: found, warnings };
}

function defaultPath(environment: NodeJS.ProcessEnv, home: string): string {
  const { XDG_CONFIG_HOME: folder } = environment;
  return join(folder && isAbsolute(folder) ? folder : join(home, ".config"), "ringfence", "config.json");
}

function readConfig(path: string, named: boolean, warnings: string[]): z.infer<typeof File> {
  const text = read(path, named);
  if (text === null) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What JSON.parse says quotes the text, and so the key.
    throw usage(`${path}: Is not valid JSON; it should read { "url": "${DEFAULT_URL}", "key": "..." }`);
  }
  const result = File.safeParse(value);
  if (!result.success) {
    throw usage(
      result.error.issues
        .flatMap((issue) =>
          issue.code === "unrecognized_keys"
            ? issue.keys.map((key) => `${path}: ${key}: This field is not known; remove it`)
            : [`${[path, ...issue.path].join(": ")}: ${issue.message}`],
        )
        .join("\n"),
    );
  }
  if (result.data.key) warnIfOpen(path, warnings);
  return result.data;
}

function readKeyFile(path: string, warnings: string[]): string {
  const text = read(path, true)!;
  if (text.trim() === "") throw usage(`${path}: Is empty; it should hold a key and nothing else`);
  warnIfOpen(path, warnings);
  return text;
}

/** A file's text; null if it is not there and was not named. */
function read(path: string, named: boolean): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && !named) return null;
    throw usage(`${path}: Cannot be read (${code}); name a file that is there and that you may read`);
  }
}

function warnIfOpen(path: string, warnings: string[]): void {
  // Windows keeps no such bits.
  if (process.platform === "win32") return;
  if (statSync(path).mode & OTHERS) warnings.push(`Others can read the key in ${path}; close it: chmod 600 ${path}`);
}
