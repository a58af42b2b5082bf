import { overlap } from "../clock.ts";
import { type Invariant, startVerdict } from "./verdict.ts";

/** What a client of this suite may be told instead of what it asked for. */
const FINE = new Set([
  "409 campaign_paused",
  "409 nothing_to_launch",
  "409 batch_completed",
  "409 batch_cancelled",
  "503 unavailable",
]);
/** After an outage of PostgreSQL or a freeze, locks and pools take so long to come back, in ms: lock time-outs are 7 s. */
const AFTERMATH_MS = 8_000;

/** Every answer is a success or a problem in words; a stop fails only for want of PostgreSQL or of the API itself. */
export const answersAreClear: Invariant = ({ answers, disturbances, complaints, freezes }) => {
  const verdict = startVerdict();
  const excuses = [
    ...disturbances.filter(({ what }) => what === "postgres" || what === "api"),
    ...freezes.map(({ span }) => span),
  ].map(({ from, to }) => ({ from, to: to + AFTERMATH_MS }));
  for (const { request, status, code, sentAt, answeredAt } of answers) {
    const excused = excuses.some((excuse) => overlap(excuse, { from: sentAt, to: answeredAt }));
    if (status === null) {
      verdict.counts("requests without an answer");
      if (!excused) verdict.breaks(`${request} got no answer (${code}), though API and PostgreSQL were there`);
    } else if (status >= 400) {
      if (!FINE.has(`${status} ${code}`)) verdict.breaks(`${request} was answered ${status} ${code}`);
      else if (status === 503 && /(stop|cancel)$/.test(request) && !excused)
        verdict.breaks(`${request} was answered 503, though PostgreSQL was there`);
      else if (status === 503) verdict.counts("answers 503");
    }
  }
  for (const complaint of complaints) verdict.breaks(complaint);
  return verdict;
};

/** No process ends that nobody ended. */
export const processesLive: Invariant = ({ lost }) => {
  const verdict = startVerdict();
  for (const what of lost) verdict.breaks(`ended by itself: ${what}`);
  return verdict;
};
