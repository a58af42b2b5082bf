import { PageTitle } from "../../parts/page-title.tsx";

/** Campaigns. */
export function CampaignsPage() {
  return <PageTitle title="Campaigns" />;
}
