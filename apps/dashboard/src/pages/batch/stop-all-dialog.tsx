import { Button, Checkbox, Group, List, Modal, Paper, Skeleton, Stack, Text } from "@mantine/core";
import type { StopMode } from "@ringfence/domain";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { reads } from "../../api/queries.ts";
import type { Campaign } from "../../api/types.ts";
import { counted } from "../../parts/format.ts";

/** Greatest age of the figures in the dialog, in ms. */
const FRESH_EVERY_MS = 2_000;

interface Props {
  campaignId: string;
  open: boolean;
  onClose: () => void;
  onStop: (mode: StopMode) => void;
}

/** Says exactly what Stop All will do, with current figures, and asks for confirmation. The tick is reset when it closes. */
export function StopAllDialog({ open, onClose, ...rest }: Props) {
  return (
    <Modal
      opened={open}
      onClose={onClose}
      title="Stop all calls of this campaign?"
      size="lg"
      centered
      closeButtonProps={{ "aria-label": "Close" }}
      transitionProps={{ duration: 120 }}
      // A dialog's header is not the banner of the page.
      attributes={{ header: { role: "none" } }}
      styles={{ title: { fontWeight: 650, fontSize: "1.15rem" } }}
    >
      <Question {...rest} onClose={onClose} />
    </Modal>
  );
}

function Question({ campaignId, onClose, onStop }: Omit<Props, "open">) {
  const [hangUp, setHangUp] = useState(false);
  const { data: campaign } = useQuery({ ...reads.campaign(campaignId), refetchInterval: FRESH_EVERY_MS });
  const live = campaign?.in_progress_calls ?? 0;
  return (
    <Stack>
      {campaign ? <Consequences campaign={campaign} hangUp={hangUp} /> : <Skeleton h={110} />}
      <Paper withBorder p="md" style={{ borderColor: "var(--mantine-color-red-outline)" }}>
        <Checkbox
          color="red.9"
          checked={hangUp}
          onChange={(event) => setHangUp(event.currentTarget.checked)}
          label={`Also hang up the ${counted(live, "live call")} now. People are cut off in mid-sentence.`}
          styles={{ label: { fontWeight: 600 }, body: { alignItems: "center" } }}
        />
      </Paper>
      <Group justify="flex-end">
        <Button size="md" variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button size="md" color="red.9" onClick={() => onStop(hangUp ? "hangup" : "drain")}>
          {hangUp ? `Stop all and hang up ${counted(live, "call")}` : "Stop all"}
        </Button>
      </Group>
    </Stack>
  );
}

function Consequences({ campaign, hangUp }: { campaign: Campaign; hangUp: boolean }) {
  const { open_batches: batches, pending_calls: pending, in_progress_calls: live } = campaign;
  const is = (calls: number) => (calls === 1 ? "is" : "are");
  return (
    <>
      <Text className="rf-wrap" fw={600}>
        {campaign.name}
      </Text>
      <List spacing={6}>
        <List.Item>
          {batches === 0
            ? "No batch is open."
            : `${counted(batches, "open batch", "open batches")} ${is(batches)} stopped.`}
        </List.Item>
        <List.Item>
          {pending === 0
            ? "No call is pending."
            : `${counted(pending, "pending call")} ${is(pending)} cancelled and will not be dialled.`}
        </List.Item>
        <List.Item>
          {live === 0
            ? "No call is in progress."
            : hangUp
              ? `${counted(live, "call")} in progress ${is(live)} hung up.`
              : `${counted(live, "call")} in progress ${live === 1 ? "goes" : "go"} on and ${live === 1 ? "ends" : "end"} by ${live === 1 ? "itself" : "themselves"}.`}
        </List.Item>
        <List.Item>
          {campaign.status === "paused"
            ? "The campaign is already paused and stays paused."
            : "The campaign is paused: nothing can be launched until someone activates it."}
        </List.Item>
      </List>
    </>
  );
}
