import type { Lines } from "../api/types.ts";
import { blockedInWords, heldInWords } from "./blocked-words.ts";

const held = { reason: "Retell refused the key (401): check RETELL_API_KEY", since: "2026-11-25T10:00:00Z" };

test.each<[Lines["blocked_by"], Lines["held"], string | null, RegExp]>([
  ["no_worker", null, "No worker is running", /npm run start:worker/],
  ["no_worker", held, "No worker is running", /npm run start:worker/],
  ["queue_away", null, "Redis is away or takes no write", /by itself/],
  ["held", held, "Dialling is held", /check RETELL_API_KEY\.$/],
  ["held", null, "Dialling is held", /until it is resumed/],
  ["lines_full", null, null, /^$/],
  ["pace", null, null, /^$/],
  ["slowed", null, null, /^$/],
  [null, null, null, /^$/],
])("blocked by %s, held %j: the title is %s", (blocked_by, state, title, detail) => {
  const words = blockedInWords({ blocked_by, held: state });
  expect(words?.title ?? null).toBe(title);
  expect(words?.detail ?? "").toMatch(detail);
});

test.each([
  ["Retell refused the key (401): check RETELL_API_KEY", "Retell refused the key (401): check RETELL_API_KEY."],
  [
    "Retell refused 5 calls in a row alike (422): Cannot find requested asset under given api key.",
    "Retell refused 5 calls in a row alike (422): The caller number or agent is not in this Retell account. " +
      "Edit the campaign and choose a number and an agent that are in the account.",
  ],
])("the reason of a hold is explained: %s", (reason, told) => {
  expect(heldInWords(reason)).toBe(told);
});
