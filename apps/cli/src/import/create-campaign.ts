import { RingfenceError } from "@ringfence/client";
import type { Context } from "../context.ts";
import { type CliError, usage } from "../exit-codes.ts";
import { WHERE_TO_LOOK } from "../words/told.ts";
import { agentTable, numberTable } from "../words/views.ts";

/** The options of a campaign to create. */
export interface NewCampaign {
  name: string;
  /** The caller number; required, although the option is not. */
  from?: string | undefined;
  agent?: string | undefined;
}

/**
 * Creates a campaign and returns its id. The id is printed immediately, because the campaign exists even if the command
 * is ended before the import. If Retell does not have its number or agent, the available ones are shown on stderr. Throws
 * CliError without a caller number.
 */
export async function createCampaign(context: Context, { name, from, agent }: NewCampaign): Promise<string> {
  if (!from) throw await missingCaller(context);
  const { client, io, json } = context;
  const body = { name, from_number: from, ...(agent && { agent_id: agent }) };
  const { id, unverified } = await client.POST("/v1/campaigns", { body }).catch(async (error: unknown) => {
    const code = error instanceof RingfenceError ? error.code : null;
    const faults = error instanceof RingfenceError ? error.errors.map(({ path }) => path) : [];
    if (code === "unknown_number" || code === "unknown_agent")
      await show(context, { numbers: faults.includes("from_number"), agents: faults.includes("agent_id") });
    throw error;
  });
  if (json) return id;
  io.note(`created campaign ${id}`);
  if (unverified)
    io.note(
      io.paintNote(
        "yellow",
        `Retell could not confirm that its account has this number and agent. Check before you launch: ${WHERE_TO_LOOK}.`,
      ),
    );
  return id;
}

/** The error of a new campaign without a caller number; shows the available numbers on stderr. */
export async function missingCaller(context: Context): Promise<CliError> {
  await show(context, { numbers: true, agents: false });
  return usage("Name the number that the new campaign calls from: --from NUMBER");
}

/** Shows the numbers and agents of the Retell account, except to scripts or if Retell does not answer; it adds to an error and never replaces it. */
async function show(
  { looking, io, json }: Context,
  { numbers, agents }: { numbers: boolean; agents: boolean },
): Promise<void> {
  if (json) return;
  const tables = await Promise.all([
    numbers ? looking.GET("/v1/retell/numbers").then(({ items }) => numberTable(items)) : null,
    agents ? looking.GET("/v1/retell/agents").then(({ items }) => agentTable(items)) : null,
  ]).catch(() => []);
  for (const table of tables) if (table) io.note(`${table}\n`);
}
