import { PageTitle } from "../../parts/page-title.tsx";

/** One campaign. */
export function CampaignPage({ id }: { id: string }) {
  return <PageTitle title={id} />;
}
