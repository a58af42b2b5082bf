import { Stack } from "@mantine/core";
import type { ColumnMapping, Country } from "@ringfence/intake";
import { useEffect, useMemo, useRef, useState } from "react";
import { FormFault } from "../../../../parts/form-fault.tsx";
import { importFault } from "../import-fault.ts";
import { type Asked, guessed, type Opened, openSource } from "../plan.ts";
import { type ImportOutcome, type OnDuplicate, useImport } from "../use-import.ts";
import { CheckFooter } from "./check-footer.tsx";
import { CheckNote } from "./check-note.tsx";
import { ChosenSource } from "./chosen-source.tsx";
import { ColumnFields } from "./column-fields.tsx";
import { rememberCountry, rememberedCountry } from "./country-choice.ts";
import { DuplicateChoice } from "./duplicate-choice.tsx";
import { Preview } from "./preview.tsx";
import { useCheck } from "./use-check.ts";

/** Assigns the columns, shows the first rows as they will be imported and how many rows will be, and imports them. */
export function CheckStep(props: {
  campaignId: string;
  first: Opened;
  onBusy: (busy: boolean) => void;
  onOther: () => void;
  onDone: (opened: Opened, outcome: ImportOutcome) => void;
}) {
  const { campaignId, first, onBusy, onOther, onDone } = props;
  const [opened, setOpened] = useState(first);
  const [mapping, setMapping] = useState<ColumnMapping>(() => guessed(first));
  const [country, setCountry] = useState<Country | null>(() => rememberedCountry(campaignId));
  const [onDuplicate, setOnDuplicate] = useState<OnDuplicate>("skip");
  const [unreadable, setUnreadable] = useState<unknown>(null);
  const turn = useRef(0);
  const reading = useMemo(
    () => ({ columns: opened.columns, mapping, defaultCountry: country ?? undefined }),
    [opened, mapping, country],
  );
  const check = useCheck(opened, reading);
  const sending = useImport(campaignId);
  const { isPending } = sending;
  useEffect(() => {
    onBusy(isPending);
    return () => onBusy(false);
  }, [isPending, onBusy]);

  /** Opens the same source in another way; choices stay if the columns stay. */
  const read = async (asked: Asked) => {
    const own = ++turn.current;
    sending.reset();
    try {
      const { charset, hasHeader } = { ...opened, ...asked };
      const now = await openSource(opened.source, { charset, hasHeader });
      if (own !== turn.current) return;
      setUnreadable(null);
      setOpened(now);
      if (now.hasHeader !== opened.hasHeader || now.columns.length !== opened.columns.length) setMapping(guessed(now));
    } catch (error) {
      if (own === turn.current) setUnreadable(error);
    }
  };
  const start = async () => {
    if (isPending) return;
    rememberCountry(campaignId, country);
    const outcome = await sending.mutateAsync({ opened, reading, onDuplicate, whole: check.whole }).catch(() => null);
    if (outcome) onDone(opened, outcome);
  };

  const error = unreadable ?? check.error ?? sending.error;
  const fault = error ? importFault(error) : null;
  const { sifted } = check;
  const isPossible = mapping.phones.length > 0 && !unreadable && !check.error && sifted?.taken !== 0;
  return (
    <Stack>
      <fieldset disabled={isPending} style={{ all: "unset", display: "contents" }}>
        <ChosenSource opened={opened} onRead={(asked) => void read(asked)} onOther={onOther} />
        <ColumnFields
          opened={opened}
          mapping={mapping}
          country={country}
          disabled={isPending}
          onMapping={(chosen) => {
            sending.reset();
            setMapping(chosen);
          }}
          onCountry={(chosen) => {
            sending.reset();
            setCountry(chosen);
          }}
        />
        <Preview opened={opened} reading={reading} />
        <DuplicateChoice value={onDuplicate} onChange={setOnDuplicate} />
      </fieldset>
      {fault ? (
        <FormFault title={fault.title}>{fault.detail}</FormFault>
      ) : (
        mapping.phones.length > 0 && check.sifted && <CheckNote opened={opened} sifted={check.sifted} />
      )}
      <CheckFooter
        check={check}
        isPossible={isPossible}
        isImporting={isPending}
        onBack={isPending ? sending.cancel : onOther}
        onImport={() => void start()}
      />
    </Stack>
  );
}
