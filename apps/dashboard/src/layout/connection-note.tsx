import { Alert } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import { isAway } from "../api/errors.ts";
import { useConnection } from "../live/connection.ts";

/** Says when the page is not told of changes, and whether it still gets figures by asking. */
export function ConnectionNote() {
  const connection = useConnection();
  const client = useQueryClient();
  useIsFetching(); // looked at anew whenever an answer came
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
      title={away ? "The server does not answer" : "Not connected for live changes"}
    >
      {away
        ? "The figures below may be old. Calls that are queued may still be dialled. Trying again."
        : "The page asks every 3 seconds instead. Trying to connect again."}
    </Alert>
  );
}
