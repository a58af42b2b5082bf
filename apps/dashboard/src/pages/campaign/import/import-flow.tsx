import { Button, Card, Group, Loader, Stack, Text, Textarea } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { FormFault } from "../../../parts/form-fault.tsx";
import { count, counted } from "../../../parts/format.ts";
import { DropZone } from "./drop-zone.tsx";
import { apiColumns, columnsOf, guessMapping, hasHeaderRow, type Mapping } from "./mapping.ts";
import { MappingForm } from "./mapping-form.tsx";
import { Report } from "./report.tsx";
import { fromFile, fromText, type Source } from "./source.ts";
import { importFault, useImport } from "./use-import.ts";

interface Plan {
  source: Source;
  hasHeader: boolean;
  mapping: Mapping;
}

const planFor = (source: Source, hasHeader = hasHeaderRow(source.head.rows)): Plan => ({
  source,
  hasHeader,
  mapping: guessMapping(source.head.rows, hasHeader),
});

/** From a file or pasted numbers to candidates: choose, see what is what, import, see what came of it. */
export function ImportFlow(props: { campaignId: string; onBusy: (busy: boolean) => void; onClose: () => void }) {
  const { campaignId, onBusy, onClose } = props;
  const [plan, setPlan] = useState<Plan | null>(null);
  const [text, setText] = useState("");
  const [unreadable, setUnreadable] = useState(false);
  const asked = useRef(0);
  const sending = useImport(campaignId);
  const { isPending } = sending;
  useEffect(() => {
    onBusy(isPending);
    return () => onBusy(false);
  }, [isPending, onBusy]);

  // Only what was chosen last counts, whichever was read first.
  const choose = async (look: Promise<Source | null>) => {
    const turn = ++asked.current;
    sending.reset();
    const source = await look.catch(() => undefined);
    if (turn !== asked.current) return;
    setUnreadable(source === undefined);
    setPlan(source ? planFor(source) : null);
  };
  const clear = () => {
    setText("");
    void choose(Promise.resolve(null));
  };

  if (sending.data) return <Report report={sending.data} onDone={onClose} />;
  const fault = unreadable ? importFault(null) : sending.error ? importFault(sending.error) : null;
  const isFile = plan !== null && plan.source.fileName !== null;
  return (
    <Stack>
      {isFile ? (
        <Chosen source={plan.source} disabled={isPending} onOther={clear} />
      ) : (
        <>
          {text === "" && <DropZone onFile={(file) => void choose(fromFile(file))} />}
          <Textarea
            label="Or paste numbers"
            description="One a line: a number, or a number, a comma and a name."
            placeholder={"+14155550100\n+14155550101, Ada Brennan"}
            minRows={text === "" ? 3 : 5}
            maxRows={8}
            autosize
            spellCheck={false}
            disabled={isPending}
            value={text}
            onChange={({ currentTarget: { value } }) => {
              setText(value);
              void choose(fromText(value));
            }}
          />
        </>
      )}
      {plan && (
        <MappingForm
          columns={columnsOf(plan.source.head.rows, plan.hasHeader)}
          rows={dataRows(plan)}
          hasHeader={plan.hasHeader}
          mapping={plan.mapping}
          onHeader={(hasHeader) => setPlan(planFor(plan.source, hasHeader))}
          onMapping={(mapping) => setPlan({ ...plan, mapping })}
        />
      )}
      {fault && <FormFault title={fault.title}>{fault.detail}</FormFault>}
      {isPending && (
        <Group role="status" gap="sm">
          <Loader size="sm" aria-hidden />
          <Text size="sm">Importing. A million rows take minutes; leave this page open.</Text>
        </Group>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={isPending ? sending.cancel : onClose}>
          {isPending ? "Break off" : "Cancel"}
        </Button>
        <Button
          loading={isPending}
          disabled={!plan || plan.mapping.phone === null || dataRows(plan).length === 0}
          onClick={() => plan && send(plan)}
        >
          {plan ? `Import ${howMany(plan)}` : "Import"}
        </Button>
      </Group>
    </Stack>
  );

  function send({ source, hasHeader, mapping }: Plan): void {
    const columns = apiColumns(columnsOf(source.head.rows, hasHeader), mapping);
    if (!isPending) sending.mutate({ source, hasHeader, columns });
  }
}

const dataRows = ({ source, hasHeader }: Plan): string[][] => source.head.rows.slice(hasHeader ? 1 : 0);

function howMany({ source: { head }, hasHeader }: Plan): string {
  const rows = Math.max(0, head.rowCount - (hasHeader ? 1 : 0));
  return head.isWhole ? counted(rows, "candidate") : `about ${count(Number(rows.toPrecision(2)))} candidates`;
}

function Chosen({ source, disabled, onOther }: { source: Source; disabled: boolean; onOther: () => void }) {
  return (
    <Card withBorder p="sm">
      <Group justify="space-between" gap="sm" wrap="nowrap">
        <Text size="sm" fw={600} className="rf-wrap" lineClamp={2}>
          {source.fileName}
        </Text>
        <Button size="xs" variant="default" disabled={disabled} onClick={onOther} style={{ flexShrink: 0 }}>
          Choose another
        </Button>
      </Group>
    </Card>
  );
}
