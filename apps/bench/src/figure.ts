import type { Services } from "./world/fleet.ts";

/** One row of the table. */
export interface Figure {
  /** What was measured, with its circumstances. */
  what: string;
  unit: string;
  value: number;
  /** The same work with the libraries alone, in the same run. */
  bare?: number;
  /** What the value has to be: `">= 9.7"`, `"<= 40"`; of the ratio to the bare work if it begins with `ratio`. */
  bar?: string;
}

/** A benchmark: it makes figures of one kind. */
export interface Benchmark {
  name: string;
  /** What it measures, in a line. */
  about: string;
  run(services: Services, note: (line: string) => void): Promise<Figure[]>;
}

/** The part of the calls over which a rate of dispatch is taken: processes are warm, and no last call is waited for. */
export const FROM_PART = 0.25;
export const TO_PART = 0.9;

/** Runs of which the median is taken. */
export const ROUNDS = 3;

/** The middle value. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The value below which this part of the values lies. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

/** Measures so many times and takes each figure's median. The rounds must make the same figures. */
export async function medianOf(rounds: number, measure: (round: number) => Promise<Figure[]>): Promise<Figure[]> {
  const measured: Figure[][] = [];
  for (let round = 0; round < rounds; round++) measured.push(await measure(round));
  return measured[0]!.map((figure, at) => {
    const bares = measured.map((figures) => figures[at]!.bare).filter((bare) => bare !== undefined);
    return {
      ...figure,
      value: median(measured.map((figures) => figures[at]!.value)),
      ...(bares.length > 0 && { bare: median(bares) }),
    };
  });
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
