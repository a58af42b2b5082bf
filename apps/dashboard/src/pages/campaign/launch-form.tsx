import { Button, Group, NumberInput, Radio, Skeleton, Stack, Text } from "@mantine/core";
import { IconPhoneOutgoing } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { reads } from "../../api/queries.ts";
import type { LaunchPreview } from "../../api/types.ts";
import { Failure } from "../../parts/failure.tsx";
import { count, counted } from "../../parts/format.ts";
import { LaunchFault } from "./launch-fault.tsx";
import { useLaunch, type Wish } from "./use-launch.ts";

/** Interval at which the preview is reloaded, in ms, because other people launch too. */
const PREVIEW_EVERY_MS = 5_000;

/** Whom to call: the choice, a limit, and a preview of both before anybody is called. */
export function LaunchForm(props: {
  campaignId: string;
  fromNumber: string;
  onClose: () => void;
  onBusy: (busy: boolean) => void;
}) {
  const { campaignId, fromNumber, onClose, onBusy } = props;
  const [include, setInclude] = useState<Wish["include"]>("undialed");
  const [limit, setLimit] = useState<number | null>(null);
  const preview = useQuery({ ...reads.launchPreview(campaignId, include), refetchInterval: PREVIEW_EVERY_MS });
  const { launch, pending, error, begun } = useLaunch(campaignId);
  // A cached preview is not what a launch would do now.
  const known = preview.isFetchedAfterMount ? preview.data : undefined;
  const calls = known && Math.min(known.candidates, limit ?? Number.POSITIVE_INFINITY);
  // Never more than the button says: people who were imported or became free since the preview wait for a later launch.
  const start = async () => {
    if (!calls) return;
    onBusy(true);
    await launch({ include, limit: calls });
    onBusy(false);
  };
  return (
    <Stack>
      <Radio.Group
        label="Whom to call"
        value={include}
        onChange={(value) => setInclude(value === "unreached" ? "unreached" : "undialed")}
      >
        <Stack gap="xs" mt="xs">
          <Radio
            value="undialed"
            label="Never dialled"
            description="Candidates whose phone has not rung so far."
            data-autofocus
          />
          <Radio
            value="unreached"
            label="Also busy, no answer, declined"
            description="Also candidates whose every call ended without reaching anybody."
          />
        </Stack>
      </Radio.Group>
      <NumberInput
        label="At most"
        description="Optional. Calls at most this many, in import order; the rest wait for a later launch."
        placeholder="All of them"
        min={1}
        max={2_000_000}
        allowDecimal={false}
        allowNegative={false}
        thousandSeparator=","
        maw={280}
        value={limit ?? ""}
        onChange={(value) => setLimit(typeof value === "number" && value >= 1 ? Math.floor(value) : null)}
      />
      {preview.isError && !known ? (
        <Failure what="Who would be called" error={preview.error} onRetry={() => void preview.refetch()} />
      ) : (
        <Whom preview={known} calls={calls} fromNumber={fromNumber} />
      )}
      {error && <LaunchFault error={error} begun={begun} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} disabled={pending}>
          Cancel
        </Button>
        <Button
          leftSection={<IconPhoneOutgoing size={18} aria-hidden />}
          onClick={() => void start()}
          loading={pending}
          disabled={!calls}
        >
          {calls === undefined ? "Call candidates" : `Call ${counted(calls, "candidate")}`}
        </Button>
      </Group>
    </Stack>
  );
}

function Whom(props: { preview: LaunchPreview | undefined; calls: number | undefined; fromNumber: string }) {
  const { preview, calls, fromNumber } = props;
  if (!preview || calls === undefined) return <Skeleton h={64} aria-busy />;
  if (calls === 0) {
    return (
      <Text role="status">
        <b>Nobody is left to call</b> by this choice. Whoever has a call that is not over is not called twice.
        <Listed people={preview.on_do_not_call} />
      </Text>
    );
  }
  const named = preview.first.slice(0, calls);
  const more = calls - named.length;
  return (
    <Stack gap={6} role="status">
      <Text>
        <b>{counted(calls, "candidate")}</b> will be called from {fromNumber}
        {calls < preview.candidates && <> ({count(preview.candidates - calls)} more stay for later)</>}:
      </Text>
      <Text size="sm" c="dimmed" component="ul" m={0} pl="lg">
        {named.map(({ name, phone_number }) => (
          <li key={phone_number} className="rf-wrap">
            <Text span size="sm" lineClamp={2}>
              {name ? (
                <>
                  <bdi>{name}</bdi>, {phone_number}
                </>
              ) : (
                phone_number
              )}
            </Text>
          </li>
        ))}
        {more > 0 && <li>and {count(more)} more</li>}
      </Text>
      {preview.on_do_not_call > 0 && (
        <Text size="sm">
          <Listed people={preview.on_do_not_call} />
        </Text>
      )}
    </Stack>
  );
}

/** The people excluded by the do-not-call list; no other figure includes them. */
const Listed = ({ people }: { people: number }) =>
  people > 0 && (
    <>
      {" "}
      {counted(people, "candidate is", "candidates are")} on the do-not-call list: they are not counted here and will
      not be called.
    </>
  );
