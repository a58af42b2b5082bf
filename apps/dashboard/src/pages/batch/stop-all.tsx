import { Alert, Button, Checkbox, Divider, Group, List, Modal, Stack, Text } from "@mantine/core";
import { IconPlayerStopFilled } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { reads } from "../../api/queries.ts";
import type { Campaign } from "../../api/types.ts";
import { usePollInterval } from "../../live/connection.ts";
import { counted } from "../../parts/format.ts";
import { requestStop, useStop } from "./stop-store.ts";

/** Stop All: the button, and the dialog that says exactly what it will do. What came of it is shown by `StopAlert`. */
export function StopAll({ campaignId, size = "md" }: { campaignId: string; size?: "md" | "lg" }) {
  const [open, setOpen] = useState(false);
  const stop = useStop({ campaignId });
  return (
    <>
      <Button
        color="red"
        size={size}
        leftSection={<IconPlayerStopFilled size={18} aria-hidden />}
        loading={stop.kind === "sending"}
        onClick={() => setOpen(true)}
      >
        Stop All
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title="Stop all calling of this campaign?" size="lg" centered>
        {open && <Question campaignId={campaignId} onClose={() => setOpen(false)} />}
      </Modal>
    </>
  );
}

function Question({ campaignId, onClose }: { campaignId: string; onClose: () => void }) {
  const [hangUp, setHangUp] = useState(false);
  const { data: campaign } = useQuery({ ...reads.campaign(campaignId), refetchInterval: usePollInterval() || 2_000 });
  const live = campaign?.in_progress_calls ?? 0;
  const confirm = () => {
    void requestStop({ campaignId }, hangUp ? "hangup" : "drain");
    onClose();
  };
  return (
    <Stack>
      {campaign ? <WhatHappens campaign={campaign} hangUp={hangUp} /> : <Text>Asking how many calls there are.</Text>}
      <Divider />
      <Alert color="red" variant="outline" p="sm">
        <Checkbox
          checked={hangUp}
          onChange={(event) => setHangUp(event.currentTarget.checked)}
          color="red"
          label={`Also hang up the ${counted(live, "live call")} now`}
          description="People are cut off in mid-sentence. Leave this off unless a call must not go on."
          styles={{ description: { color: "var(--mantine-color-text)" } }}
        />
      </Alert>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button color="red" onClick={confirm}>
          {hangUp ? `Stop all and hang up ${counted(live, "call")}` : "Stop all"}
        </Button>
      </Group>
    </Stack>
  );
}

function WhatHappens({ campaign, hangUp }: { campaign: Campaign; hangUp: boolean }) {
  const { open_batches, pending_calls, in_progress_calls } = campaign;
  return (
    <List spacing={6} aria-live="polite">
      <List.Item>{counted(open_batches, "running batch", "running batches")} will be cancelled.</List.Item>
      <List.Item>
        <b>{counted(pending_calls, "pending call")}</b> will be cancelled: nobody of these is dialled.
      </List.Item>
      <List.Item>
        {hangUp ? (
          <>
            <b>{counted(in_progress_calls, "call")}</b> in progress will be hung up.
          </>
        ) : (
          <>
            <b>{counted(in_progress_calls, "call")}</b> in progress will finish by{" "}
            {in_progress_calls === 1 ? "itself" : "themselves"}.
          </>
        )}
      </List.Item>
      <List.Item>The campaign will be paused. To call again: Activate, then Launch Calls.</List.Item>
    </List>
  );
}
