import type { Context } from "./context.ts";
import { usage } from "./exit-codes.ts";

/** What the options say about a campaign to create. */
export interface NewCampaign {
  name: string;
  /** The caller number; required, although the option is not. */
  from?: string | undefined;
  agent?: string | undefined;
}

/**
 * Creates a campaign and returns its id. The id is printed immediately, because the campaign exists even if the import
 * behind it fails. Throws CliError without a caller number.
 */
export async function createCampaign(
  { client, io, json }: Context,
  { name, from, agent }: NewCampaign,
): Promise<string> {
  if (!from) throw usage("Name the number that the new campaign calls from: --from NUMBER");
  const { id } = await client.POST("/v1/campaigns", {
    body: { name, from_number: from, ...(agent && { agent_id: agent }) },
  });
  if (!json) io.note(`created campaign ${id}`);
  return id;
}
