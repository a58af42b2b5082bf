import { Alert } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import { isAway } from "../api/errors.ts";
import { useConnection } from "../live/connection.ts";

/** Shows when live updates are disconnected, and whether polling still works. */
export function ConnectionNote() {
  const connection = useConnection();
  const client = useQueryClient();
  useIsFetching(); // re-evaluated whenever an answer arrived
  if (connection !== "polling") return null;
  const away = client
    .getQueryCache()
    .getAll()
    .some((query) => query.isActive() && isAway(query.state.fetchFailureReason));
  return (
    <Alert
      role="status"
      mb="md"
      py="xs"
      color={away ? "red" : "yellow"}
      variant="light"
      icon={<IconPlugConnectedX />}
      title={away ? "The server does not answer" : "Live updates are disconnected"}
    >
      {away
        ? "The figures below may be old. Queued calls may still be dialled. Retrying."
        : "The page polls every 3 seconds instead. Reconnecting."}
    </Alert>
  );
}
