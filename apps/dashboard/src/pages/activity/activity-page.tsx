import { PageTitle } from "../../parts/page-title.tsx";

/** Activity. */
export function ActivityPage() {
  return <PageTitle title="Activity" />;
}
