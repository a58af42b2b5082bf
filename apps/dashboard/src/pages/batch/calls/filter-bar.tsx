import { Button, CloseButton, Group, NativeSelect, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { CALL_SORTS, CANCELLED_BY_USER, type CallSort } from "@ringfence/domain";
import { IconDownload, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { reads } from "../../../api/queries.ts";
import type { Batch } from "../../../api/types.ts";
import { BASE_PATH } from "../../../base-path.ts";
import { usePollInterval } from "../../../live/connection.ts";
import { segmentsOf } from "../../../parts/call-bar.tsx";
import { count } from "../../../parts/format.ts";
import { reasonInWords } from "./call-words.ts";
import { CALL_KINDS, type CallFilters, toQuery } from "./filters.ts";

/** Debounce of typing, in ms. */
const TYPING_MS = 300;
const SORT_LABELS: Record<CallSort, string> = {
  turn: "In calling order",
  "-turn": "Last called first",
  name: "Name, A to Z",
  "-name": "Name, Z to A",
  claimed_at: "Started, oldest first",
  "-claimed_at": "Started, latest first",
  ended_at: "Ended, oldest first",
  "-ended_at": "Ended, latest first",
  duration_ms: "Shortest first",
  "-duration_ms": "Longest first",
};

interface Props {
  batch: Batch;
  filters: CallFilters;
  onChange: (change: Partial<CallFilters>) => void;
}

/** Chooses which calls are shown and in which order, and exports them as a file. */
export function FilterBar({ batch, filters, onChange }: Props) {
  const { data: reasons = [] } = useQuery({
    ...reads.reasons("batches", batch.id),
    refetchInterval: usePollInterval(),
  });
  const segments = segmentsOf(batch);
  const query = new URLSearchParams({ ...toQuery(filters), format: "csv" });
  const named = reasons.flatMap(({ reason, calls }) =>
    reason === null || reason === CANCELLED_BY_USER
      ? []
      : [{ value: reason, label: `${reasonInWords(reason)} (${count(calls)})` }],
  );
  if (filters.reason && !named.some(({ value }) => value === filters.reason)) {
    named.push({ value: filters.reason, label: `${reasonInWords(filters.reason)} (0)` });
  }
  return (
    <Group gap="sm" align="flex-end">
      <SearchField search={filters.search} onSearch={(search) => onChange({ search })} />
      <NativeSelect
        label="Status"
        flex="1 1 130px"
        value={filters.kind ?? ""}
        onChange={({ currentTarget: { value } }) => {
          const kind = CALL_KINDS.find((each) => each === value) ?? null;
          onChange({ kind, ...(kind === "cancelled" && { reason: null }) });
        }}
        data={[
          { value: "", label: `All (${count(batch.total_candidates)})` },
          ...(["pending", "in_progress", "completed"] as const).map((kind) => {
            const { label, calls } = segments.find((each) => each.kind === kind)!;
            return { value: kind, label: `${label} (${count(calls)})` };
          }),
          { value: "failed", label: `failed or cancelled (${count(batch.failed_calls)})` },
          { value: "cancelled", label: `cancelled (${count(batch.cancelled_calls)})` },
        ]}
      />
      <NativeSelect
        label="Outcome"
        flex="1 1 150px"
        value={filters.reason ?? ""}
        onChange={({ currentTarget: { value } }) =>
          onChange({ reason: value || null, ...(value && filters.kind === "cancelled" && { kind: null }) })
        }
        data={[{ value: "", label: "Any" }, ...named]}
      />
      <NativeSelect
        label="Order"
        hiddenFrom="sm"
        flex="1 1 150px"
        value={filters.sort}
        onChange={({ currentTarget: { value } }) =>
          onChange({ sort: CALL_SORTS.find((each) => each === value) ?? "turn" })
        }
        data={CALL_SORTS.map((value) => ({ value, label: SORT_LABELS[value] }))}
      />
      <Button
        component="a"
        variant="default"
        href={`${BASE_PATH}/v1/batches/${batch.id}/calls?${query}`}
        download
        leftSection={<IconDownload size={16} aria-hidden />}
      >
        Export CSV
      </Button>
    </Group>
  );
}

function SearchField({ search, onSearch }: { search: string; onSearch: (search: string) => void }) {
  const [typed, setTyped] = useState(search);
  const later = useDebouncedCallback(onSearch, TYPING_MS);
  // The address may also change by the back button or "Show all".
  useEffect(() => setTyped((now) => (now.trim() === search ? now : search)), [search]);
  const type = (value: string) => {
    setTyped(value);
    later(value);
  };
  return (
    <TextInput
      label="Search"
      placeholder="Name or number"
      type="text"
      inputMode="search"
      maxLength={200}
      flex="2 1 200px"
      value={typed}
      onChange={(event) => type(event.currentTarget.value)}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={typed && <CloseButton size="sm" aria-label="Clear" onClick={() => type("")} />}
    />
  );
}
