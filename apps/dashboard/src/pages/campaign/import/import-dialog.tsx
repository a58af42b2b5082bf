import { Modal } from "@mantine/core";
import { useState } from "react";
import { ImportFlow } from "./import-flow.tsx";

/** Imports candidates into a campaign. While a file is on its way the dialog stays. */
export function ImportDialog(props: { campaignId: string; opened: boolean; onClose: () => void }) {
  const { campaignId, opened, onClose } = props;
  const [busy, setBusy] = useState(false);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Import candidates"
      size="xl"
      centered
      closeOnClickOutside={false}
      closeOnEscape={!busy}
      withCloseButton={!busy}
    >
      {opened && <ImportFlow campaignId={campaignId} onBusy={setBusy} onClose={onClose} />}
    </Modal>
  );
}
