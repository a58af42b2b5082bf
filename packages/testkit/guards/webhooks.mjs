// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of other files, template strings included.
import { inFile } from "./guard.mjs";

/** Events to clients. */
export const guards = [
  ...inFile(
    "packages/campaigns/src/webhooks/outbox.sql.ts",
    "packages/campaigns/src/webhooks/webhook-events.int.test.ts",
    [
      [
        "events: a stop is told of when nothing is pending",
        "${old} AND NOT ${unsettled(times)}`",
        "${old}`",
        "died behind its brake",
      ],
    ],
  ),
  ...inFile("packages/campaigns/src/webhooks/outbox.sql.ts", "apps/worker/src/webhooks.int.test.ts", [
    [
      "events: in order within a call",
      "p.lane = d.lane AND p.status = 'pending' AND p.seq < d.seq",
      "false",
      "blocks only the later ones of its call",
    ],
    ["events: a batch's end comes last", "(d.campaign_id IS NOT NULL OR", "(true OR", "not tried yet"],
    [
      "events: what fails for five minutes holds back no end",
      "h.failing_since <= ${msAgo(times.gateMs)}",
      "false",
      "failed for five minutes",
    ],
    ["events: what failed comes again", "'pending' END", "'failed' END", "down for an hour"],
    ["events: given up after a day", "${LEAST_ATTEMPTS}", "1_000_000", "is given up"],
  ]),
  ...inFile("packages/campaigns/src/webhooks/deliver-webhook.ts", "apps/worker/src/webhooks.int.test.ts", [
    ["events: many at a time", "FIRST_AT_ONCE = 8;", "FIRST_AT_ONCE = 1;", "many events at a time"],
    [
      "events: who refuses is not away",
      "status === null || status === 429 || status >= 500",
      "status === null || status >= 300",
      "keep no others waiting",
    ],
    ["events: who is away is spared", "if (pacer.isAway())", "if (false)", "tried now and then"],
  ]),
  ...inFile("packages/receivers/src/addresses.ts", "packages/receivers/src/addresses.test.ts", [
    [
      "events: no private address by its number",
      "(!allowPrivate && isIP(address) !== 0 && !isPublic(address))",
      "(false)",
      "may not",
    ],
  ]),
  ...inFile("packages/receivers/src/receivers.ts", "packages/receivers/src/receivers.test.ts", [
    ["events: no private address by a name", "createLookup(allowPrivate)", "createLookup(true)", "resolves here"],
  ]),
];
