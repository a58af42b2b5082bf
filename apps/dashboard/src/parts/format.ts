const number = new Intl.NumberFormat("en");
const percent = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });
const dateTime = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

const short = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** 12,345 */
export const count = (value: number): string => number.format(value);

/** "1 call", "25 calls" */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** A part of a whole as a percentage; 0 of 0 is 0. */
export const share = (part: number, whole: number): string => percent.format(whole === 0 ? 0 : part / whole);

/** A moment in the reader's own time zone, to the second. */
export const moment = (iso: string): string => dateTime.format(new Date(iso));

/** As `moment`, without the year. */
export const shortMoment = (iso: string): string => short.format(new Date(iso));

/** 0:07, 1:42, 1:02:03; `ms` below zero counts as none. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

/** "just now", "5 min ago", then the day. */
export function ago(iso: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(iso)) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return moment(iso);
}

const pad = (value: number): string => String(value).padStart(2, "0");
