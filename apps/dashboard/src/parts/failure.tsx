import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { ApiError } from "../api/client.ts";

/** A part of a page that could not be loaded, why, and the way to try again. */
export function Failure({ what, error, onRetry }: { what: string; error: unknown; onRetry: () => void }) {
  const { title, detail } = describe(what, error);
  return (
    <Alert role="alert" color="red" variant="light" icon={<IconAlertTriangle />} title={title}>
      <Group justify="space-between" align="center">
        <Text size="sm">{detail}</Text>
        <Button size="xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      </Group>
    </Alert>
  );
}

function describe(what: string, error: unknown): { title: string; detail: string } {
  if (!(error instanceof ApiError))
    return { title: `${what} cannot be shown`, detail: "Something went wrong on this page." };
  if (error.code === "away")
    return { title: "The server does not answer", detail: `${what} cannot be loaded until it does.` };
  if (error.code === "not_found")
    return { title: `${what} was not found`, detail: "It may have been a wrong address." };
  if (error.code === "forbidden") return { title: "Not allowed", detail: `${error.message}.` };
  return { title: `${what} cannot be loaded`, detail: error.message };
}
