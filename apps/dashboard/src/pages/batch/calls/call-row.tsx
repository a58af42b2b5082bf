import { memo } from "react";
import type { Call } from "../../../api/types.ts";
import { duration } from "../../../parts/format.ts";
import { StatusBadge } from "../../../parts/status-badge.tsx";
import { kindOf, reasonInWords, reasonOf } from "./call-words.ts";

const time = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const dayTime = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  timeStyle: undefined,
  hour: "2-digit",
  minute: "2-digit",
});
function when(iso: string | null): string {
  if (!iso) return "";
  const at = new Date(iso);
  return (at.toDateString() === new Date().toDateString() ? time : dayTime).format(at);
}

interface Props {
  call: Call;
  /** Its index in the list, from 0. */
  index: number;
  height: number;
  offset: number;
  open: boolean;
  onOpen: (id: string) => void;
}

/** One call in the table. Rendered again only if it changed. */
export const CallRow = memo(function CallRow({ call, index, height, offset, open, onOpen }: Props) {
  const reason = reasonOf(call);
  const number = call.phone_number;
  return (
    <tr
      data-call={call.id}
      aria-rowindex={index + 2}
      className="rf-calls-row"
      data-open={open || undefined}
      style={{ height, transform: `translateY(${offset}px)` }}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        onOpen(call.id);
      }}
    >
      <td className="rf-calls-cell" style={{ gridArea: "name" }}>
        <a href={`?call=${call.id}`} title={call.name ?? number}>
          {call.name ?? number}
        </a>
      </td>
      <td className="rf-calls-cell" style={{ gridArea: "number" }}>
        {number}
      </td>
      <td className="rf-calls-cell" style={{ gridArea: "status" }}>
        <StatusBadge status={kindOf(call)} size="sm" />
      </td>
      <td
        className="rf-calls-cell rf-calls-dim"
        style={{ gridArea: "reason" }}
        title={reason ? reasonInWords(reason) : undefined}
      >
        {reason ? reasonInWords(reason) : ""}
      </td>
      <td className="rf-calls-cell rf-calls-wide" style={{ gridArea: "claimed" }}>
        {when(call.claimed_at)}
      </td>
      <td className="rf-calls-cell rf-calls-wide" style={{ gridArea: "ended" }}>
        {when(call.ended_at)}
      </td>
      <td className="rf-calls-cell rf-calls-duration" style={{ gridArea: "duration" }}>
        {call.duration_ms === null ? "" : duration(call.duration_ms)}
      </td>
    </tr>
  );
});
