import type { Context } from "../context.ts";

/**
 * Handles a failed import into a campaign created for it: deletes the campaign, or says on stderr that it
 * is left, and throws the import's error again. An import still running at the API ends first, or finds no campaign.
 */
export const discarding =
  ({ client, io, json }: Context, id: string) =>
  async (error: unknown): Promise<never> => {
    const note = (code: string, detail: string) => io.note(json ? JSON.stringify({ code, detail }) : detail);
    await client.DELETE("/v1/campaigns/{id}", { params: { path: { id } } }).then(
      () => note("campaign_deleted", `Deleted campaign ${id} again, because the import failed`),
      () =>
        note("campaign_left", `Campaign ${id} is left, perhaps without candidates; delete it: ringfence delete ${id}`),
    );
    throw error;
  };
