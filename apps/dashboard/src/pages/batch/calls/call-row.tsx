import { memo } from "react";
import type { Call } from "../../../api/types.ts";
import { duration, shortMoment } from "../../../parts/format.ts";
import { StatusBadge } from "../../../parts/status-badge.tsx";
import { reasonOf, statusOf } from "./call-words.ts";
import classes from "./calls-table.module.css";

/** One call; its name opens what happened. Drawn anew only if the call changed. */
export const CallRow = memo(function CallRow(props: {
  call: Call;
  /** 1 is the header. */
  index: number;
  top: number;
  height: number;
  onOpen: (id: string) => void;
}) {
  const { call, index, top, height, onOpen } = props;
  const reason = reasonOf(call);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: by keyboard the name in it is pressed
    <div
      role="row"
      aria-rowindex={index}
      data-call={call.id}
      className={`${classes.row} ${classes.call}`}
      style={{ transform: `translateY(${top}px)`, height }}
      onClick={() => onOpen(call.id)}
    >
      <div role="cell" className={classes.cell}>
        <button
          type="button"
          className={classes.open}
          title={call.name ?? undefined}
          onClick={(event) => {
            event.stopPropagation();
            onOpen(call.id);
          }}
        >
          {call.name ?? "(no name)"}
        </button>
      </div>
      <div role="cell" className={classes.cell}>
        {call.phone_number}
      </div>
      <div role="cell">
        <StatusBadge status={statusOf(call)} size="sm" />
      </div>
      <div role="cell" className={classes.cell} title={reason}>
        {reason}
      </div>
      <div role="cell" className={classes.cell}>
        {call.claimed_at && shortMoment(call.claimed_at)}
      </div>
      <div role="cell" className={classes.cell}>
        {call.ended_at && shortMoment(call.ended_at)}
      </div>
      <div role="cell" className={classes.cell}>
        {call.duration_ms !== null && duration(call.duration_ms)}
      </div>
    </div>
  );
});
