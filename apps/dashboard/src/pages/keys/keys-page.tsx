import { PageTitle } from "../../parts/page-title.tsx";

/** Keys. */
export function KeysPage() {
  return <PageTitle title="Keys" />;
}
