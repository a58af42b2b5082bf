import { Modal } from "@mantine/core";
import type { Campaign } from "../../api/types.ts";
import { LaunchForm } from "./launch-form.tsx";

/** Asks whom to call, says how many that is and who they are, and launches. */
export function LaunchDialog(props: { campaign: Campaign; opened: boolean; onClose: () => void }) {
  const { campaign, opened, onClose } = props;
  return (
    <Modal opened={opened} onClose={onClose} title="Launch calls" size="lg" centered>
      {opened && <LaunchForm campaignId={campaign.id} fromNumber={campaign.from_number} onClose={onClose} />}
    </Modal>
  );
}
