import type { StartPlan } from "./start-plan.ts";

/** What `npm start` created or found on this machine. */
export interface Found {
  url: string;
  /** The token of a link that signs a browser of this machine in, once; null if the API is not reached over the loopback. */
  token: string | null;
  adminKey: string;
  keyFile: string;
  dataDir: string;
  logs: string;
  /** Number of calls that were waiting at the start. */
  waiting: number;
}

/** Says plainly what is real and what is not, where the data are, and what is missing. */
export function describeStart(plan: StartPlan, found: Found): string {
  const at = plan.retellUrl ? `, at ${withoutPassword(plan.retellUrl)}` : "";
  const rows: [string, string][] = [
    ["API", found.url],
    ...dashboard(`${found.url}${plan.basePath}`, found.token),
    ["Admin key", plan.adminKey ? "as in ADMIN_API_KEY" : `${found.adminKey}   (kept in ${found.keyFile})`],
    [
      "PostgreSQL",
      plan.postgresUrl ? `yours, ${withoutPassword(plan.postgresUrl)}` : `embedded, data kept in ${found.dataDir}`,
    ],
    [
      "Redis",
      plan.redisUrl
        ? `yours, ${withoutPassword(plan.redisUrl)}`
        : "embedded Valkey; what it loses is rebuilt from PostgreSQL",
    ],
    ["Retell", plan.real ? `REAL: phones ring${at}` : "simulated: no phone rings; set RETELL_API_KEY to dial"],
    ["Logs", found.logs],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    "",
    ...rows.map(([name, what]) => `  ${name.padEnd(width)}  ${what}`),
    ...notes(plan, found),
    "",
    "Ctrl-C ends it.",
  ].join("\n");
}

function dashboard(url: string, token: string | null): [string, string][] {
  if (token === null) return [["Dashboard", `${url}   (sign in with the admin key)`]];
  return [
    ["Dashboard", `${url}/login#token=${token}`],
    ["", `(signs in automatically, once, on this machine; later at ${url} with the admin key)`],
  ];
}

function notes({ real, publicUrl, callPollAfterMs }: StartPlan, { waiting }: Found): string[] {
  const afterSeconds = callPollAfterMs / 1000;
  return [
    ...(real && !publicUrl
      ? [
          "",
          "  PUBLIC_URL is not set: Retell does not know where to send its webhooks, so the end of a call is looked up",
          `  instead, ${afterSeconds} s or more after it. Set PUBLIC_URL to the address at which Retell reaches this API.`,
        ]
      : []),
    ...(waiting > 0 ? ["", `  ${waiting} calls of an earlier start were waiting; dialling goes on with them.`] : []),
  ];
}

function withoutPassword(address: string): string {
  const url = new URL(address);
  url.password = "";
  url.username = "";
  url.search = "";
  return url.href;
}
