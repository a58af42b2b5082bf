import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { codeOf, wordsOf } from "../api/errors.ts";

/** A part of a page that could not be loaded, the reason, and a retry button. */
export function Failure({ what, error, onRetry }: { what: string; error: Error; onRetry: () => void }) {
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

function describe(what: string, error: Error): { title: string; detail: string } {
  const code = codeOf(error);
  if (code === null) return { title: `${what} cannot be shown`, detail: "Something went wrong on this page." };
  if (code === "away")
    return { title: "The server does not answer", detail: `${what} cannot be loaded until it does.` };
  if (code === "not_found") return { title: `${what} was not found`, detail: "The address may be wrong." };
  if (code === "forbidden") return { title: "Not allowed", detail: `${wordsOf(error)}.` };
  return { title: `${what} cannot be loaded`, detail: wordsOf(error) };
}
