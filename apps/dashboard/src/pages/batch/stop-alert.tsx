import { Alert, Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle, IconLoader } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { count, duration, moment } from "../../parts/format.ts";
import { useNow } from "../../parts/use-now.ts";
import type { StopState } from "./stop-store.ts";
import { receiptWords, refusalWords, resumeWords } from "./stop-words.ts";
import { type Stop, useStop } from "./use-stop.ts";

/** A note is shown if an answer takes longer than this, in ms. */
const SPOKEN_OF_AFTER_MS = 1_500;
const TICK_MS = 500;
/** The title is not coloured, because a coloured title on a coloured background has too little contrast. */
const READABLE = { title: { color: "var(--mantine-color-text)" } };

interface Props {
  target: { batchId: string } | { campaignId: string };
  /** Stops that ended before this time are not shown. */
  since?: string;
}

/** The state of a stop: not confirmed, confirmed with its receipt, or refused. Shown until dismissed; nothing without a stop. */
export function StopAlert({ target, since }: Props) {
  const [of, id] =
    "batchId" in target ? (["batch", target.batchId] as const) : (["campaign", target.campaignId] as const);
  const stop = useStop(of, id);
  const { state, dismiss } = stop;
  if (since && state?.kind === "stopped" && Date.parse(state.receipt.stopped_at) < Date.parse(since)) return null;
  if (!state) return null;
  switch (state.kind) {
    case "asking":
      return state.away ? <NotConfirmed state={state} onGiveUp={stop.giveUp} /> : <Slow state={state} stop={stop} />;
    case "given-up":
      return (
        <Message color="red" icon={<IconAlertTriangle />} title="The stop was not confirmed" onDismiss={dismiss}>
          <Text size="sm">
            You stopped trying. The server may or may not have heard the last try; calls may still be dialled. Look at
            the figures, and stop again if they go on.
          </Text>
          <Again stop={stop} state={state} />
        </Message>
      );
    case "refused": {
      const { title, lines, harmless } = refusalWords(of, state.error);
      return (
        <Message
          color={harmless ? "blue" : "red"}
          icon={harmless ? <IconInfoCircle /> : <IconAlertTriangle />}
          title={title}
          onDismiss={dismiss}
        >
          <Text size="sm">{lines.join(" ")}</Text>
          {!harmless && <Again stop={stop} state={state} />}
        </Message>
      );
    }
    case "stopped":
      return <Stopped state={state} onDismiss={dismiss} />;
  }
}

function Stopped({ state, onDismiss }: { state: StopState & { kind: "stopped" }; onDismiss: () => void }) {
  const { receipt, remaining } = state;
  const { title, lines } = receiptWords(receipt);
  const nothing = receipt.cancelled_now === 0;
  return (
    <Message
      color={nothing ? "blue" : "teal"}
      icon={nothing ? <IconInfoCircle /> : <IconCircleCheck />}
      title={title}
      onDismiss={onDismiss}
    >
      <Text size="sm">{lines.join(" ")}</Text>
      <Text size="sm">
        {resumeWords(receipt, remaining)}{" "}
        <Anchor component={Link} href={`/campaigns/${receipt.campaign_id}`} inherit c="inherit" underline="always">
          Go to the campaign
        </Anchor>
      </Text>
      <Text size="xs">Stopped at {moment(receipt.stopped_at)}</Text>
    </Message>
  );
}

function NotConfirmed({ state, onGiveUp }: { state: StopState & { kind: "asking" }; onGiveUp: () => void }) {
  return (
    <Alert
      role="alert"
      color="red"
      variant="filled"
      autoContrast={false}
      bg="red.9"
      icon={<IconAlertTriangle />}
      title={state.braked ? "Nobody else is dialled; the receipt is not confirmed yet" : "Not confirmed yet"}
    >
      <Group justify="space-between" gap="sm">
        <Text size="sm">
          {state.braked
            ? "The server holds the stop, but could not finish it. Trying again "
            : "The server does not answer; calls may still be dialled. Trying again "}
          <span aria-live="off">(attempt {count(state.attempt + 1)})</span>
        </Text>
        <Button variant="white" color="dark" size="sm" onClick={onGiveUp}>
          Stop trying
        </Button>
      </Group>
    </Alert>
  );
}

/** A stop waits for open dials, for 10 s at most; nothing is promised until it answers. */
function Slow({ state, stop }: { state: StopState & { kind: "asking" }; stop: Stop }) {
  const now = useNow(TICK_MS);
  if (now - state.since < SPOKEN_OF_AFTER_MS) return null;
  return (
    <Alert
      role="alert"
      color="yellow"
      variant="light"
      icon={<IconLoader />}
      title="Stopping, not confirmed yet"
      styles={READABLE}
    >
      <Group justify="space-between" gap="sm">
        <Text size="sm">
          Waiting until no dial is open, which can take 10 seconds.{" "}
          <span aria-live="off">{duration(now - state.since)}</span>
        </Text>
        <Button variant="default" size="sm" onClick={stop.giveUp}>
          Stop trying
        </Button>
      </Group>
    </Alert>
  );
}

function Again({ stop, state }: { stop: Stop; state: StopState & { kind: "refused" | "given-up" } }) {
  return (
    <div>
      <Button size="xs" color="red.9" onClick={() => stop.stop(state.mode)}>
        {state.mode === "hangup" ? "Stop and hang up again" : "Stop again"}
      </Button>
    </div>
  );
}

function Message(props: { color: string; icon: ReactNode; title: string; onDismiss: () => void; children: ReactNode }) {
  return (
    <Alert role="alert" variant="light" color={props.color} icon={props.icon} title={props.title} styles={READABLE}>
      <Group justify="space-between" align="flex-end" gap="sm">
        <Stack gap={6} style={{ flex: "1 1 280px" }}>
          {props.children}
        </Stack>
        <Button variant="default" size="sm" onClick={props.onDismiss}>
          Dismiss
        </Button>
      </Group>
    </Alert>
  );
}
