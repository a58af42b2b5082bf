import type { CallSort } from "@ringfence/domain";
import { IconArrowDown, IconArrowsSort, IconArrowUp } from "@tabler/icons-react";
import { nextSort } from "./filters.ts";

const COLUMNS = [
  { area: "name", label: "Name", by: "name" },
  { area: "number", label: "Number", by: null },
  { area: "status", label: "Status", by: null },
  { area: "reason", label: "Outcome", by: null },
  { area: "claimed", label: "Started", by: "claimed_at" },
  { area: "ended", label: "Ended", by: "ended_at" },
  { area: "duration", label: "Duration", by: "duration_ms" },
] as const;

/** The column headers; pressing one sorts by it: ascending, descending, then in calling order. */
export function CallsHead({ sort, onSort }: { sort: CallSort; onSort: (sort: CallSort) => void }) {
  return (
    <thead className="rf-calls-head">
      <tr aria-rowindex={1} className="rf-calls-row">
        {COLUMNS.map(({ area, label, by }) => {
          const way = by && sort === by ? "ascending" : by && sort === `-${by}` ? "descending" : "none";
          const Icon = { ascending: IconArrowUp, descending: IconArrowDown, none: IconArrowsSort }[way];
          return (
            <th
              key={area}
              scope="col"
              className={`rf-calls-cell${area === "duration" ? " rf-calls-duration" : ""}`}
              style={{ gridArea: area }}
              {...(by && { "aria-sort": way })}
            >
              {by ? (
                <button type="button" onClick={() => onSort(nextSort(sort, by))}>
                  {label}
                  <Icon size={14} aria-hidden opacity={way === "none" ? 0.5 : 1} />
                </button>
              ) : (
                label
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
