import { parseArgs } from "node:util";
import { StartError } from "@ringfence/runtime";

/** What a run of the suite was asked for. */
export interface Arguments {
  /** How many trials; without limit if `minutes` is set and this is not. */
  trials: number;
  seed: string;
  /** Worlds that run trials beside each other. */
  worlds: number;
  /** What every time setting is multiplied with; 0.05 = a twentieth. */
  scale: number;
  /** A soak: trials until so many minutes are over, and a watch on memory and open files. */
  minutes: number | null;
  /** The one trial whose plan is replayed. */
  trial: number | null;
}

const DEFAULTS = { trials: 20, worlds: 2, scale: 0.05 };

export const HELP = `npm run chaos -- [--trials N] [--seed S] [--worlds W] [--scale F] [--minutes M] [--trial K]

Runs seeded trials of Ringfence's real processes under kills, freezes, cuts and faults, and checks after each that no
promise was broken. Nobody is called: Retell is the simulator.

  --trials N    how many trials (${DEFAULTS.trials})
  --seed S      any word; the same seed makes the same plans (one is drawn and printed)
  --worlds W    worlds that run trials beside each other (${DEFAULTS.worlds}); with 1, the embedded services are really restarted
  --scale F     all times of the product and of the plans, multiplied (${DEFAULTS.scale}); 1 = as in production
  --minutes M   a soak: go on for M minutes and fail if memory or open files grow
  --trial K     only the plan of trial K

PostgreSQL and Redis are embedded unless TEST_DATABASE_URL or TEST_REDIS_URL name others. Exit code 0 only if nothing broke.`;

/** Reads the command line; null if help was asked for. Throws `StartError` with every fault. */
export function parseArguments(words: string[], drawSeed: () => string): Arguments | null {
  const number = { type: "string" as const };
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({
      args: words,
      options: {
        trials: number,
        seed: number,
        worlds: number,
        scale: number,
        minutes: number,
        trial: number,
        help: { type: "boolean", short: "h" },
      },
    }));
  } catch (error) {
    throw new StartError(`${(error as Error).message}\n\n${HELP}`);
  }
  if (values.help) return null;
  const faults: string[] = [];
  const read = (name: string, fits: (value: number) => boolean, what: string): number | null => {
    const given = values[name];
    if (given === undefined) return null;
    const value = Number(given);
    if (given === "" || !Number.isFinite(value) || !fits(value)) faults.push(`--${name} must be ${what}`);
    return value;
  };
  const count = (value: number) => Number.isInteger(value) && value >= 1;
  const minutes = read("minutes", (value) => value > 0, "a number of minutes");
  const parsed: Arguments = {
    trials: read("trials", count, "a whole number from 1") ?? (minutes === null ? DEFAULTS.trials : Infinity),
    seed: String(values.seed ?? drawSeed()),
    worlds: read("worlds", (value) => count(value) && value <= 16, "a whole number from 1 to 16") ?? DEFAULTS.worlds,
    scale: read("scale", (value) => value >= 0.02 && value <= 1, "a number from 0.02 to 1") ?? DEFAULTS.scale,
    minutes,
    trial: read("trial", count, "a whole number from 1"),
  };
  if (faults.length > 0) throw new StartError(`${faults.join("\n")}\n\n${HELP}`);
  return parsed;
}
