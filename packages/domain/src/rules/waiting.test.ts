import { type WaitingFacts, whenDone, whyWaits } from "./waiting.ts";

const now = new Date("2026-11-30T12:00:00Z");
const in5s = new Date(now.getTime() + 5_000);
const nobody = { at: null, by: null, reason: null };
const ada = { at: now, by: "Ada", reason: "lunch" };
/** A batch of which the next call may be dialled now. */
const going: WaitingFacts = {
  now,
  open: true,
  pending: 10,
  campaign: nobody,
  batch: nobody,
  linesHeld: null,
  probeAt: null,
  queueAway: false,
  workers: 1,
  answerMs: 3,
  inUse: 2,
  limit: 5,
  ownInUse: 1,
  callsPerSecond: 1,
  nextDialAt: now,
  slowed: false,
  dials: 60,
  overMs: 60_000,
  meanMs: 30_000,
};

test.each<[string, Partial<WaitingFacts>, object[]]>([
  ["nothing", {}, []],
  ["nothing pending", { pending: 0, workers: 0 }, []],
  ["a batch that was stopped", { open: false, workers: 0 }, []],
  [
    "a held campaign",
    { campaign: ada },
    [{ reason: "campaign_held", calls: 10, until: null, detail: "By Ada since 2026-11-30T12:00:00.000Z: lunch" }],
  ],
  [
    "a held batch",
    { batch: { ...ada, reason: null } },
    [{ reason: "batch_held", detail: "By Ada since 2026-11-30T12:00:00.000Z" }],
  ],
  ["held lines", { linesHeld: "401", probeAt: in5s }, [{ reason: "lines_held", until: in5s, detail: "401" }]],
  ["a queue that is away", { queueAway: true }, [{ reason: "queue_away" }]],
  ["no worker", { workers: 0 }, [{ reason: "no_worker" }]],
  [
    "a slow PostgreSQL",
    { answerMs: 1_240 },
    [{ reason: "database_slow", detail: "PostgreSQL took 1.2 s for a small read" }],
  ],
  ["full lines", { inUse: 5 }, [{ reason: "lines_full", detail: "5 of 5 lines are in use, 4 by other batches" }]],
  ["the pace", { nextDialAt: in5s }, [{ reason: "pace", until: in5s, detail: "At most 1 dial a second" }]],
  ["429s", { nextDialAt: in5s, slowed: true }, [{ reason: "slowed", until: in5s }]],
  [
    "several, in the contract's order",
    {
      campaign: ada,
      batch: ada,
      linesHeld: "x",
      queueAway: true,
      workers: 0,
      answerMs: 2_000,
      inUse: 9,
      nextDialAt: in5s,
    },
    ["campaign_held", "batch_held", "lines_held", "queue_away", "no_worker", "database_slow", "lines_full", "pace"].map(
      (reason) => ({ reason }),
    ),
  ],
])("a call waits for %s", (_, facts, reasons) => {
  const found = whyWaits({ ...going, ...facts });
  expect(found).toHaveLength(reasons.length);
  expect(found).toMatchObject(reasons);
});

test.each<[string, Partial<WaitingFacts>, object]>([
  ["ten at one a second, and the last one's length", {}, { next: now, finish: new Date(now.getTime() + 40_000) }],
  ["too few dials for a pace", { dials: 2 }, { next: now, finish: null }],
  ["the pace", { nextDialAt: in5s }, { next: in5s, finish: new Date(now.getTime() + 40_000) }],
  ["a hold", { batch: ada }, { next: null, finish: null }],
  ["no worker", { workers: 0 }, { next: null, finish: null }],
  ["nothing pending", { pending: 0 }, { next: null, finish: null }],
  ["a stopped batch", { open: false }, { next: null, finish: null }],
])("with %s", (_, change, expected) => {
  const facts = { ...going, ...change };
  expect(whenDone(facts, whyWaits(facts))).toEqual(expected);
});
