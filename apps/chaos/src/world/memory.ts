import { readdir, readFile } from "node:fs/promises";
import type { World } from "./world.ts";

/** What a process holds. */
export interface Holding {
  residentMb: number;
  openFiles: number;
}

/** Growth that is allowed from early to late in a soak: a share, and something on top. */
const MOST_GROWTH = { memory: { factor: 1.3, plusMb: 20 }, files: { factor: 1.3, plus: 30 } };
/** Fewer samples show no trend: how many connections are open depends on the trial that was last. */
const LEAST_SAMPLES = 40;

/** What a process holds now; null where the system does not tell (no /proc) or it has ended. */
export async function holdingOf(pid: number): Promise<Holding | null> {
  try {
    const status = await readFile(`/proc/${pid}/status`, "utf8");
    const files = await readdir(`/proc/${pid}/fd`);
    return { residentMb: Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1_024, openFiles: files.length };
  } catch {
    return null;
  }
}

/** Samples of the processes that are never killed, by name and pid. */
export interface MemoryWatch {
  sample(world: World, name: string): Promise<void>;
  /** Processes that grew, a line each. */
  grown(): string[];
  /** A line for each process: from, to. */
  lines(): string[];
}

/** Watches what the veterans of all worlds hold. */
export function watchMemory(): MemoryWatch {
  const samples = new Map<string, Holding[]>();
  return {
    sample: async (world, name) => {
      for (const who of ["simulator", ...world.veterans] as const) {
        const pid = world.slots[who].pid;
        const holding = pid === null ? null : await holdingOf(pid);
        if (!holding) continue;
        const key = `${who} of world ${name} (${pid})`;
        samples.set(key, [...(samples.get(key) ?? []), holding]);
      }
    },
    grown: () => [...samples].flatMap(([name, held]) => growth(name, held)),
    lines: () =>
      [...samples].map(([name, held]) => {
        const [first, last] = [held[0]!, held.at(-1)!];
        return `${name}: ${first.residentMb.toFixed(0)} MB, ${first.openFiles} files at first; ${last.residentMb.toFixed(0)} MB, ${last.openFiles} files at last; ${held.length} looks`;
      }),
  };
}

/** Whether a process holds more in the last fifth of its samples than in the second; in words. */
export function growth(name: string, held: readonly Holding[]): string[] {
  if (held.length < LEAST_SAMPLES) return [];
  const fifth = Math.floor(held.length / 5);
  const early = held.slice(fifth, 2 * fifth);
  const late = held.slice(-fifth);
  const { memory, files } = MOST_GROWTH;
  const mb = [early, late].map((part) => median(part.map(({ residentMb }) => residentMb))) as [number, number];
  const fd = [early, late].map((part) => median(part.map(({ openFiles }) => openFiles))) as [number, number];
  return [
    ...(mb[1] > mb[0] * memory.factor + memory.plusMb
      ? [`${name} grew from ${mb[0].toFixed(0)} to ${mb[1].toFixed(0)} MB`]
      : []),
    ...(fd[1] > fd[0] * files.factor + files.plus ? [`${name} grew from ${fd[0]} to ${fd[1]} open files`] : []),
  ];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
