import { PageTitle } from "../../parts/page-title.tsx";

/** One batch. */
export function BatchPage({ id }: { id: string }) {
  return <PageTitle title={id} />;
}
