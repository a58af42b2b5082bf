// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of other files, template strings included.
import { inFile } from "./guard.mjs";

/** Who is asking, requests that may be repeated, and the database itself. */
export const guards = [
  ...inFile("packages/campaigns/src/access/keys.sql.ts", "apps/api/src/auth/sessions.int.test.ts", [
    ["access: a session ends, whatever its cookie says", "AND s.expires_at > clock_timestamp()", ""],
    [
      "access: a link signs in once",
      "DELETE FROM sign_in_links WHERE digest",
      "UPDATE sign_in_links SET digest = digest WHERE digest",
      "sign-in links",
    ],
    ["access: a link ends", "${digest} AND expires_at > clock_timestamp()`)", "${digest}`)", "sign-in links"],
  ]),
  ...inFile("packages/campaigns/src/access/keys.sql.ts", "apps/api/src/operations/keys.int.test.ts", [
    [
      "access: a session ends with its key",
      "AND (k.expires_at IS NULL OR k.expires_at > clock_timestamp())",
      "",
      "an expired key",
    ],
    [
      "access: an expired key is nobody's",
      "AND (expires_at IS NULL OR expires_at > clock_timestamp())",
      "",
      "an expired key",
    ],
  ]),
  ...inFile("packages/campaigns/src/database/database.ts", "apps/api/src/operations/keys.int.test.ts", [
    [
      "access: knowing who asks waits for no slow page",
      "keyQueries(keys.prisma)",
      "keyQueries(main.prisma)",
      "waits neither",
    ],
  ]),
  ...inFile("packages/campaigns/src/reads/call-lists.sql.ts", "apps/api/src/operations/calls-list.int.test.ts", [
    [
      "masked: a search finds no hidden digit",
      "asMasked ? Prisma.sql`right(c.phone_number, 4)` : Prisma.sql`c.phone_number`",
      "Prisma.sql`c.phone_number`",
      "a viewer finds no digit",
    ],
    ["masked: names and reasons are searched as they are seen", "masked(text)", "text", "viewer|hidden"],
    [
      "masked: the order by name tells no hidden digit",
      "''))`, asMasked)",
      "''))`, asMasked && false)",
      "hidden digit",
    ],
  ]),
  ...inFile("packages/campaigns/src/access/keys.sql.ts", "apps/api/src/operations/audit.int.test.ts", [
    ["audit: a key is made with its entry", "Prisma.sql`made`)}", "Prisma.sql`made WHERE false`)}", "lines and keys"],
  ]),
  ...inFile("packages/campaigns/src/database/idempotency.ts", "apps/api/src/http/idempotency.int.test.ts", [
    [
      "once: who repeats waits for the first",
      'await run("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))::text", [`idempotency:${owner}:${key}`]);',
      "",
      "under way",
    ],
    ["once: another body is refused", "&& !before.same)", "=== null)", "is 422"],
    ["once: a key holds for a day", "$2 AND created_at > now() - interval '${KEPT}'`", "$2`", "after 24 hours"],
  ]),
  ...inFile(
    "packages/campaigns/src/database/schema-version.ts",
    "packages/campaigns/src/database/session-check.int.test.ts",
    [["worker: none starts on older tables", "row!.applied", "row", "older tables"]],
  ),
  ...inFile(
    "packages/campaigns/src/database/session-check.ts",
    "packages/campaigns/src/database/session-check.int.test.ts",
    [
      [
        "sessions: what a pooler drops is noticed",
        "rows[0]![setting] === String(value)",
        "rows[0]",
        "a pooler that drops",
      ],
    ],
  ),
];
