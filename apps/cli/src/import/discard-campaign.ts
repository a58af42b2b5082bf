import type { Context } from "../context.ts";

/**
 * What to do when the import into a campaign that it created has failed: deletes the campaign, or says on stderr that it
 * is left, and throws the import's error again. An import that the API is still busy with ends first, or finds no campaign.
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
