import { Alert, Anchor, Button, Group, List, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { reads } from "../../api/queries.ts";
import type { Receipt } from "../../api/types.ts";
import { receiptWords } from "./receipt-words.ts";
import { dismissStop, type StopTarget, stopTrying, useStop } from "./stop-store.ts";

/** What came of a stop, or that nothing has yet. Stays until it is dismissed. */
export function StopAlert({ target }: { target: StopTarget }) {
  const stop = useStop(target);
  switch (stop.kind) {
    case "idle":
      return null;
    case "sending":
      if (stop.unanswered === 0) return null;
      return (
        <Alert role="alert" color="red" variant="filled" icon={<IconAlertTriangle />} title="Not confirmed yet">
          <Stack gap="xs" align="flex-start">
            <Text size="sm">
              The server does not answer; calls may still be dialled. Trying again (attempt {stop.unanswered + 1}).
            </Text>
            <Button size="xs" variant="white" color="dark" onClick={() => stopTrying(target)}>
              Stop trying
            </Button>
          </Stack>
        </Alert>
      );
    case "given_up":
      return (
        <Dismissable target={target} color="red" title="Not confirmed">
          The server did not answer, and the page no longer tries. The stop may or may not have been done: look at the
          figures once the server is back.
        </Dismissable>
      );
    case "refused":
      return (
        <Dismissable
          target={target}
          color={stop.code === "batch_completed" ? "blue" : "red"}
          title={stop.code === "batch_completed" ? "The batch had already completed" : "Nothing was stopped"}
        >
          {stop.code === "batch_completed"
            ? "All its calls have ended; nothing was left to cancel."
            : `${stop.message}.`}
        </Dismissable>
      );
    case "receipt":
      return <ReceiptAlert target={target} receipt={stop.receipt} />;
  }
}

function Dismissable(props: { target: StopTarget; color: string; title: string; children: string }) {
  return (
    <Alert
      role="alert"
      color={props.color}
      variant="light"
      icon={<IconInfoCircle />}
      title={props.title}
      withCloseButton
      closeButtonLabel="Dismiss"
      onClose={() => dismissStop(props.target)}
    >
      {props.children}
    </Alert>
  );
}

function ReceiptAlert({ target, receipt }: { target: StopTarget; receipt: Receipt }) {
  const campaign = useQuery(reads.campaign(receipt.campaign_id));
  // The campaign's figures of before the stop would promise too few.
  const fresh = campaign.dataUpdatedAt >= Date.parse(receipt.stopped_at) && !campaign.isFetching;
  const { title, lines } = receiptWords(receipt, fresh && campaign.data ? campaign.data.undialed_candidates : null);
  return (
    <Alert
      role="alert"
      color={receipt.batch_id === null ? "red" : "yellow"}
      variant="light"
      icon={<IconCircleCheck />}
      title={title}
      withCloseButton
      closeButtonLabel="Dismiss"
      onClose={() => dismissStop(target)}
    >
      <List size="sm" spacing={2}>
        {lines.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
      <Group mt="xs">
        <Anchor component={Link} href={`/campaigns/${receipt.campaign_id}`} size="sm" c="inherit" underline="always">
          To the campaign
        </Anchor>
      </Group>
    </Alert>
  );
}
