import { CloseButton, Group, NativeSelect, TextInput } from "@mantine/core";
import { CANCELLED_BY_USER } from "@ringfence/domain";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { reads } from "../../../api/queries.ts";
import { count } from "../../../parts/format.ts";
import type { CallFilters } from "./filters.ts";

const STATUSES = [
  { value: "", label: "Any status" },
  { value: "pending", label: "pending" },
  { value: "in_progress", label: "in progress" },
  { value: "completed", label: "completed" },
  { value: "failed", label: "failed, cancelled ones too" },
  { value: "cancelled", label: "cancelled" },
];
const LONGEST_REASON = 60;

/** Chooses which calls are shown. */
export function FilterBar(props: {
  batchId: string;
  filters: CallFilters;
  onChange: (change: Partial<CallFilters>) => void;
}) {
  const { batchId, filters, onChange } = props;
  const { data: reasons = [] } = useQuery(reads.reasons("batches", batchId));
  const known = reasons.filter(({ reason }) => reason !== null && reason !== CANCELLED_BY_USER);
  const choices = [
    { value: "", label: "Any reason" },
    ...known.map(({ reason, calls }) => ({
      value: reason!,
      label: `${reason!.slice(0, LONGEST_REASON)} (${count(calls)})`,
    })),
  ];
  if (filters.reason && !choices.some(({ value }) => value === filters.reason)) {
    choices.push({ value: filters.reason, label: filters.reason.slice(0, LONGEST_REASON) });
  }
  return (
    <Group gap="sm" align="end" grow preventGrowOverflow={false}>
      <TextInput
        label="Search"
        placeholder="Name or number"
        value={filters.search}
        maxLength={200}
        onChange={(event) => onChange({ search: event.currentTarget.value })}
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={
          filters.search && (
            <CloseButton size="sm" aria-label="Clear the search" onClick={() => onChange({ search: "" })} />
          )
        }
        miw={180}
      />
      <NativeSelect
        label="Status"
        data={STATUSES}
        value={filters.status ?? ""}
        onChange={({ currentTarget: { value } }) =>
          onChange({ status: (value || null) as CallFilters["status"], ...(value === "cancelled" && { reason: null }) })
        }
        miw={150}
      />
      <NativeSelect
        label="Reason"
        data={choices}
        value={filters.reason ?? ""}
        disabled={filters.status === "cancelled"}
        onChange={({ currentTarget: { value } }) => onChange({ reason: value || null })}
        miw={150}
      />
    </Group>
  );
}
