// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of other files, template strings included.
import { inFile } from "./guard.mjs";

/** HTTP: who may see and do what. */
export const guards = [
  ...inFile("apps/api/src/retell-webhook/retell-webhook.ts", "apps/api/src/retell-webhook/retell-webhook.int.test.ts", [
    [
      "webhook: its signature",
      'req.get("x-retell-signature"))))',
      'req.get("x-retell-signature"))) && !rawBody)',
      "that is not Retell's is 401",
    ],
  ]),
  ...inFile("apps/api/src/auth/authenticate.ts", "apps/api/src/auth/sessions.int.test.ts", [
    [
      "access: a session acts from our own pages only",
      'if (identity && !["GET", "HEAD"].includes(req.method)) refuseForeign(req);',
      "",
      "requests from elsewhere",
    ],
  ]),
  ...inFile("apps/api/src/operations/session.ts", "apps/api/src/auth/sessions.int.test.ts", [
    [
      "access: no other page signs anybody in",
      'if (req.get("sec-fetch-site") !== undefined || req.get("origin") !== undefined) refuseForeign(req);',
      "void refuseForeign;",
      "signing in",
    ],
    ["access: a link works on its own machine", "!== undefined && !fromHere(req))", "=== null)", "sign-in links"],
    ["access: a link is made on its own machine", "(!fromHere(req))\n", "(req.body === null)\n", "sign-in links"],
  ]),
  ...inFile("apps/api/src/auth/session-cookie.ts", "apps/api/src/auth/session-cookie.test.ts", [
    ["access: a cookie is signed", "timingSafeEqual(Buffer.from(given), ours) && ", ""],
    ["access: a cookie ends", " && Number(expires) > Date.now()", ""],
  ]),
  ...inFile("apps/api/src/operations/keys.ts", "apps/api/src/auth/roles.int.test.ts", [
    ["access: keys are the admin's", '"admin",\n    body:', '"viewer",\n    body:'],
  ]),
  ...inFile("apps/api/src/pages/board.ts", "apps/api/src/pages/board.int.test.ts", [
    [
      "access: the board is read-only for operators",
      "latest(boardOf(true,",
      "latest(boardOf(false,",
      "an operator can change nothing",
    ],
  ]),
  ...inFile("apps/api/src/live/live-feed.ts", "apps/api/src/live/events.int.test.ts", [
    ["masked: live calls", '"viewer" :', '"admin" :', "viewers see numbers masked"],
  ]),
  ...inFile("apps/api/src/live/figures.ts", "apps/api/src/live/events.int.test.ts", [
    ["masked: live reasons", "db.lists.reasons(of, seesMasked(role))", "db.lists.reasons(of, false)", "counted once"],
    [
      "live: figures that failed are counted again",
      "changed = new Map([...batches, ...changed]);",
      "",
      "counted again",
    ],
  ]),
  ...inFile("apps/api/src/live/live-feed.ts", "apps/api/src/live/event-streams.int.test.ts", [
    [
      "live: a stream ends with its key, whoever deleted that",
      "Date.now();\n          await dropInvalid();",
      "Date.now();",
      "ends with its key",
    ],
    ["live: nobody asks while nobody listens", "(listeners.size > 0 && !closed) {", "(!closed) {", "without listeners"],
  ]),
  ...inFile("apps/api/src/http/answer-once.ts", "apps/api/src/http/idempotency.int.test.ts", [
    ["once: another client's key is another", '?? "admin"', '? "admin" : "admin"', "another client's key"],
  ]),
  ...inFile("apps/api/src/http/serve-operations.ts", "apps/api/src/http/rate-limit.int.test.ts", [
    ["rate: stops are never refused", "? next()", "&& false ? next()", "never refused"],
  ]),
  ...inFile("apps/api/src/http/rate-limit.ts", "apps/api/src/http/rate-limit.int.test.ts", [
    [
      "rate: nobody is refused while Redis is away",
      ".catch(() => ({ hits: 0, restMs: WINDOW_MS }))",
      "",
      "Redis is away",
    ],
  ]),
  ...inFile("apps/api/src/http/bodies.ts", "apps/api/src/http/imports/csv-as-people-have-it.int.test.ts", [
    [
      "body: JSON that is not UTF-8 is refused",
      "if (line !== null) notUtf8.set(req, line);",
      "",
      "charset that a client names",
    ],
  ]),
  ...inFile("apps/api/src/http/imports/csv-import.ts", "apps/api/src/http/imports/csv-as-people-have-it.int.test.ts", [
    ["body: the rest of a refused table is read", "await bytes.return(undefined);", "", "what follows a refused table"],
  ]),
  ...inFile("apps/api/src/auth/wrong-keys.ts", "apps/api/src/auth/wrong-keys.int.test.ts", [
    ["keys: wrong ones are looked up ten times a minute", "<= MOST_WRONG_KEYS)", "> 0)", "a further wrong key is 429"],
  ]),
];
