import type { Schemas } from "@ringfence/client";

type Batch = Schemas["Batch"];
type Campaign = Schemas["Campaign"];

/** The address and the key of the demo's API. */
export interface Access {
  url: string;
  key: string;
}

/** A line of curl that works when pasted into any shell. */
export function curl({ url, key }: Access, method: string, path: string, body?: object): string {
  const options = [
    ...(method === "GET" ? [] : [`-X ${method}`]),
    `-H 'Authorization: Bearer ${key}'`,
    ...(body ? [`-H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`] : []),
  ];
  return `curl ${options.join(" ")} ${url}${path}`;
}

/** What a person needs to look at the demo and to stop it. */
export function banner(access: Access, { logs, batch, token }: { logs: string; batch: Batch; token: string }): string {
  return `
  Dashboard   ${access.url}/login?next=/batches/${batch.id}#token=${token}
              (signs in automatically, once, on this machine; later at
              ${access.url} with the admin key)
  Admin key   ${access.key}
  Logs        ${logs}

  Pause Batch cancels every call that has not been dialled. Live calls end naturally;
  a later launch takes the rest:
${curl(access, "POST", `/v1/batches/${batch.id}/cancel`)}

  Stop All does so for every batch of the campaign, which then takes no launch
  until it is restarted:
${curl(access, "POST", `/v1/campaigns/${batch.campaign_id}/stop`)}

  Ctrl-C ends the demo and throws its data away.
`;
}

/** What a person may try once the calls of a batch are over, each with its line of curl. */
export function nextSteps(access: Access, campaign: Campaign, batchId: string): string {
  const path = `/v1/campaigns/${campaign.id}`;
  const restart = ["Restart the stopped campaign:", curl(access, "PATCH", path, { status: "active" })];
  const rest = [
    `Launch the ${campaign.undialed_candidates} who were not dialled:`,
    curl(access, "POST", `${path}/launch`),
  ];
  const steps = [
    ...(campaign.status === "paused" ? [restart] : []),
    ...(campaign.undialed_candidates > 0 ? [rest] : []),
    [
      "Call again those who were not reached (busy, no answer, declined):",
      curl(access, "POST", `${path}/launch`, { include: "unreached" }),
    ],
    ["Use two lines instead of five:", curl(access, "PUT", "/v1/lines", { limit: 2 })],
    ["List the calls of this batch:", curl(access, "GET", `/v1/batches/${batchId}/calls`)],
  ];
  return ["What to try next:", ...steps.map(([what, line]) => `  ${what}\n${line}`), ""].join("\n");
}
