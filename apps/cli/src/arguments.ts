import { InvalidArgumentError } from "commander";

/** Reads a whole number within bounds. Throws InvalidArgumentError otherwise. */
export const wholeNumber =
  (least: number, most: number) =>
  (value: string): number => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least || number > most)
      throw new InvalidArgumentError(`Must be a whole number from ${least} to ${most}.`);
    return number;
  };

/** Reads a number that is 0 or more. Throws InvalidArgumentError otherwise. */
export function decimal(value: string): number {
  if (!/^\d+(\.\d+)?$/.test(value)) throw new InvalidArgumentError("Must be a number such as 1 or 0.5.");
  return Number(value);
}

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** Reads a duration such as 30d, in ms. Throws InvalidArgumentError otherwise. */
export function span(value: string): number {
  const [, amount, unit] = /^([1-9]\d{0,4})([mhdw])$/.exec(value) ?? [];
  if (!amount || !unit)
    throw new InvalidArgumentError("Must be minutes, hours, days or weeks, such as 90m, 12h, 30d, 8w.");
  return Number(amount) * UNITS[unit as keyof typeof UNITS];
}
