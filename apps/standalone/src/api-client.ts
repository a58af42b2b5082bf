import type { BatchView, CampaignView, ImportReport, Json, LinesView, Page, Receipt } from "@ringfence/domain";

/** Longest wait for an answer, in ms: longer than the 10 s that a stop may take. */
const TIMEOUT_MS = 20_000;

export type Campaign = Json<CampaignView>;
export type Batch = Json<BatchView>;
export type Lines = Json<LinesView>;

/** The part of the API that the commands use. Every method throws an Error with the answer's own words unless it is 2xx. */
export type ApiClient = ReturnType<typeof createApiClient>;

/** Creates a client of the API at `url`. */
export function createApiClient(url: string, key: string) {
  const ask = async <Answer>(method: string, path: string, body?: { type: string; text: string }): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body ? { "content-type": body.type } : {}) },
      body: body?.text ?? null,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as Answer;
  };
  const post = <Answer>(path: string, body?: object) =>
    ask<Answer>("POST", path, body && { type: "application/json", text: JSON.stringify(body) });

  return {
    createCampaign: (campaign: { name: string; from_number: string }) => post<Campaign>("/v1/campaigns", campaign),
    importCsv: (campaignId: string, csv: string) =>
      ask<ImportReport>("POST", `/v1/campaigns/${campaignId}/candidates`, { type: "text/csv", text: csv }),
    launch: (campaignId: string) => post<Batch>(`/v1/campaigns/${campaignId}/launch`),
    campaign: (id: string) => ask<Campaign>("GET", `/v1/campaigns/${id}`),
    batch: (id: string) => ask<Batch>("GET", `/v1/batches/${id}`),
    /** The newest first. */
    batches: async (campaignId: string) =>
      (await ask<Page<Batch>>("GET", `/v1/batches?campaign_id=${campaignId}`)).items,
    cancelBatch: (id: string) => post<Json<Receipt>>(`/v1/batches/${id}/cancel`),
    /** A link's token that signs a browser of this machine in, once. */
    signInToken: async () => (await post<{ token: string }>("/v1/session/link")).token,
    lines: () => ask<Lines>("GET", "/v1/lines"),
  };
}
