import { Stack } from "@mantine/core";
import { useRef, useState } from "react";
import { CheckStep } from "./check/check-step.tsx";
import { ChooseStep } from "./choose/choose-step.tsx";
import { openFile, openPasted, type Source } from "./choose/source.ts";
import { type Opened, openSource } from "./plan.ts";
import { Report } from "./report/report.tsx";
import { Steps } from "./steps.tsx";
import type { ImportOutcome } from "./use-import.ts";

export interface ImportFlowProps {
  campaignId: string;
  onBusy: (busy: boolean) => void;
  onClose: () => void;
}

/** A finished import: the table and its result. */
interface Done {
  opened: Opened;
  outcome: ImportOutcome;
}

/** From a file or pasted numbers to candidates: choose, check the columns, import, see the result. */
export function ImportFlow({ campaignId, onBusy, onClose }: ImportFlowProps) {
  const [text, setText] = useState("");
  const [looking, setLooking] = useState<{ at: string } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [opened, setOpened] = useState<Opened | null>(null);
  const [done, setDone] = useState<Done | null>(null);
  const turn = useRef(0);

  // Only the last choice counts, whichever was read first.
  const choose = async (at: string, open: () => Source | Promise<Source>) => {
    const own = ++turn.current;
    setError(null);
    setLooking({ at });
    try {
      const found = await openSource(await open());
      if (own === turn.current) setOpened(found);
    } catch (fault) {
      if (own === turn.current) setError(fault);
    } finally {
      if (own === turn.current) setLooking(null);
    }
  };

  if (done) {
    return (
      <Stack>
        <Steps at={2} />
        <Report {...done} onAgain={again} onDone={onClose} />
      </Stack>
    );
  }
  if (opened) {
    return (
      <Stack>
        <Steps at={1} />
        <CheckStep
          campaignId={campaignId}
          first={opened}
          onBusy={onBusy}
          onOther={() => setOpened(null)}
          onDone={(table, outcome) => setDone({ opened: table, outcome })}
        />
      </Stack>
    );
  }
  return (
    <Stack>
      <Steps at={0} />
      <ChooseStep
        text={text}
        onText={setText}
        looking={looking?.at ?? null}
        error={error}
        onFile={(file) => void choose(file.name, () => openFile(file))}
        onPasted={() => void choose("the pasted lines", () => openPasted(text))}
        onClose={onClose}
      />
    </Stack>
  );

  function again(): void {
    setText("");
    setOpened(null);
    setDone(null);
  }
}
