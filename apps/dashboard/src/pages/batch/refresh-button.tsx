import { Button, Loader } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { reads } from "../../api/queries.ts";

const time = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** Reloads everything on the page, and shows when it was loaded. */
export function RefreshButton({ batchId }: { batchId: string }) {
  const client = useQueryClient();
  const { dataUpdatedAt, isError } = useQuery(reads.batch(batchId));
  const [busy, setBusy] = useState(false);
  const refresh = async () => {
    if (busy) return;
    setBusy(true);
    await client.refetchQueries({ type: "active" });
    setBusy(false);
  };
  return (
    <Button
      size="lg"
      variant="default"
      leftSection={busy ? <Loader size={20} aria-hidden /> : <IconRefresh size={20} aria-hidden />}
      onClick={() => void refresh()}
      aria-busy={busy}
    >
      <span style={{ display: "grid", justifyItems: "center", lineHeight: 1.2 }}>
        <span>Refresh</span>
        <span style={{ fontSize: 12, fontWeight: 400 }}>
          {isError ? "Not updated since" : "Updated"} {time.format(dataUpdatedAt)}
        </span>
      </span>
    </Button>
  );
}
