import { PageTitle } from "../../parts/page-title.tsx";

/** Lines. */
export function LinesPage() {
  return <PageTitle title="Lines" />;
}
