import { Center, Loader, Modal } from "@mantine/core";
import { type ComponentType, useEffect, useState } from "react";
import { FormFault } from "../../../parts/form-fault.tsx";
import type { ImportFlowProps } from "./import-flow.tsx";

/** Height of the sticky buttons, in px. */
const FOOTER = 110;

/** The readers of numbers, tables and workbooks are loaded in bundles of their own, when an import opens. */
const load = async () => (await import("./import-flow.tsx")).ImportFlow;

/** Imports candidates into a campaign. The dialog cannot be closed while a file is being sent. */
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
      // The buttons at the bottom must not hide the focused element.
      styles={{ content: { scrollPaddingBottom: FOOTER } }}
    >
      {opened && <Loaded campaignId={campaignId} onBusy={setBusy} onClose={onClose} />}
    </Modal>
  );
}

function Loaded(props: ImportFlowProps) {
  const [Flow, setFlow] = useState<ComponentType<ImportFlowProps> | "missing" | null>(null);
  useEffect(() => {
    load().then(
      (loaded) => setFlow(() => loaded),
      () => setFlow("missing"),
    );
  }, []);
  if (Flow === "missing") {
    return (
      <FormFault title="The import cannot be opened">
        The server does not answer, or has a newer version. Reload the page and try again.
      </FormFault>
    );
  }
  if (!Flow) {
    return (
      <Center mih={240}>
        <Loader aria-label="Loading the import" />
      </Center>
    );
  }
  return <Flow {...props} />;
}
