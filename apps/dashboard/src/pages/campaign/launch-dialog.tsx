import { Modal } from "@mantine/core";
import { useState } from "react";
import type { Campaign } from "../../api/types.ts";
import { LaunchForm } from "./launch-form.tsx";

/** Asks whom to call, shows how many and who they are, and launches. The dialog cannot be closed while a launch is under way. */
export function LaunchDialog(props: { campaign: Campaign; opened: boolean; onClose: () => void }) {
  const { campaign, opened, onClose } = props;
  const [busy, setBusy] = useState(false);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Launch calls"
      size="lg"
      centered
      closeOnClickOutside={!busy}
      closeOnEscape={!busy}
      withCloseButton={!busy}
    >
      {opened && (
        <LaunchForm campaignId={campaign.id} fromNumber={campaign.from_number} onClose={onClose} onBusy={setBusy} />
      )}
    </Modal>
  );
}
