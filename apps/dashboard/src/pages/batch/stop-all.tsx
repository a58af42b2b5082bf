import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconHandStop } from "@tabler/icons-react";
import { StopAllDialog } from "./stop-all-dialog.tsx";
import { useStop } from "./use-stop.ts";

/**
 * The button that stops every batch of a campaign and pauses it, with its dialog. Never disabled by an earlier
 * stop. `StopAlert` shows the result.
 */
export function StopAll({ campaignId, size = "md" }: { campaignId: string; size?: "md" | "lg" }) {
  const [open, dialog] = useDisclosure(false);
  const { state, stop } = useStop("campaign", campaignId);
  const asking = state?.kind === "asking";
  return (
    <>
      <Button
        size={size}
        color="red.9"
        leftSection={<IconHandStop size={20} aria-hidden />}
        onClick={dialog.open}
        aria-haspopup="dialog"
      >
        {asking ? "Stop All (asked)" : "Stop All"}
      </Button>
      <StopAllDialog
        campaignId={campaignId}
        open={open}
        onClose={dialog.close}
        onStop={(mode) => {
          dialog.close();
          stop(mode);
        }}
      />
    </>
  );
}
