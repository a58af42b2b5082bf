import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { CliError, EXIT, usage } from "./exit-codes.ts";

const DEFAULT_URL = "http://127.0.0.1:3000";
/** Bits of a file's mode that give access to users other than its owner. */
const OTHERS = 0o077;

// Without zod, which only an import loads: it would add 40 ms to every start.
/** What is wrong with a value, null if it is right. */
type Check = (value: unknown) => string | null;
const checkAddress: Check = (value) =>
  typeof value === "string" &&
  URL.canParse(value) &&
  /^https?:$/.test(new URL(value).protocol) &&
  !new URL(value).username
    ? null
    : "Must be an address such as https://calls.example.com, without user name and password";
const checkKey: Check = (value) =>
  typeof value === "string" && /^[\x21-\x7e]+$/.test(value.trim())
    ? null
    : "Must be a key as Ringfence created it, in one piece";
const CHECKS = { url: checkAddress, key: checkKey };

/** Settings on the command line. A key is not among them, because everybody on the machine can see the arguments of a process. */
export interface Flags {
  url?: string;
  config?: string;
  keyFile?: string;
}

/** The API's address, the key, and warnings about where they come from. */
export interface Settings {
  url: string;
  key: string;
  warnings: string[];
}

/**
 * Flags override the environment, which overrides the file. Throws CliError, with all faults and their remedies,
 * exit code 2; with exit code 4 if there is no key. No message holds a key.
 */
export function readSettings(flags: Flags, environment: NodeJS.ProcessEnv, home = homedir()): Settings {
  const warnings: string[] = [];
  const path = flags.config ?? defaultPath(environment, home);
  const file = readConfig(path, flags.config !== undefined, warnings);
  const faults: string[] = [];
  const checked = (check: Check, name: string, value: string | undefined): string | undefined => {
    if (!value) return undefined;
    const fault = check(value);
    if (fault !== null) faults.push(`${name}: ${fault}`);
    return fault === null ? value.trim() : undefined;
  };
  const url =
    checked(checkAddress, "--url", flags.url) ?? checked(checkAddress, "RINGFENCE_URL", environment.RINGFENCE_URL);
  const key = flags.keyFile
    ? checked(checkKey, `--key-file ${flags.keyFile}`, readKeyFile(flags.keyFile, warnings))
    : checked(checkKey, "RINGFENCE_KEY", environment.RINGFENCE_KEY);
  if (faults.length > 0) throw usage(faults.join("\n"));

  const found = key ?? file.key;
  if (!found) {
    throw new CliError(
      EXIT.key,
      "key_missing",
      `There is no key. Set RINGFENCE_KEY, name a file with --key-file, or write { "key": "..." } into ${path} and make it private (chmod 600).`,
    );
  }
  return { url: url ?? file.url ?? DEFAULT_URL, key: found, warnings };
}

function defaultPath(environment: NodeJS.ProcessEnv, home: string): string {
  const { XDG_CONFIG_HOME: folder } = environment;
  return join(folder && isAbsolute(folder) ? folder : join(home, ".config"), "ringfence", "config.json");
}

function readConfig(path: string, named: boolean, warnings: string[]): { url?: string; key?: string } {
  const text = read(path, named);
  if (text === null) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The message of JSON.parse quotes the text, and so the key.
    throw usage(`${path}: Is not valid JSON; it should read { "url": "${DEFAULT_URL}", "key": "..." }`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw usage(`${path}: Must be an object such as { "url": ..., "key": ... }`);
  const faults = Object.entries(value).flatMap(([name, field]) => {
    const fault = Object.hasOwn(CHECKS, name)
      ? CHECKS[name as keyof typeof CHECKS](field)
      : "This field is not known; remove it";
    return fault === null ? [] : [`${path}: ${name}: ${fault}`];
  });
  if (faults.length > 0) throw usage(faults.join("\n"));
  const { url, key } = value as { url?: string; key?: string };
  if (key !== undefined) warnIfOpen(path, warnings);
  return { ...(url !== undefined && { url }), ...(key !== undefined && { key: key.trim() }) };
}

function readKeyFile(path: string, warnings: string[]): string {
  const text = read(path, true)!;
  if (text.trim() === "") throw usage(`${path}: Is empty; it should hold a key and nothing else`);
  warnIfOpen(path, warnings);
  return text;
}

/** A file's text; null if it does not exist and was not named. */
function read(path: string, named: boolean): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && !named) return null;
    throw usage(`${path}: Cannot be read (${code}); name a file that exists and that you may read`);
  }
}

function warnIfOpen(path: string, warnings: string[]): void {
  // Windows has no such mode bits.
  if (process.platform === "win32") return;
  if (statSync(path).mode & OTHERS) warnings.push(`Others can read the key in ${path}; close it: chmod 600 ${path}`);
}
