import "./calls.css";
import { Center, Loader } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { CallSort } from "@ringfence/domain";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import type { Call } from "../../../api/types.ts";
import { CallRow } from "./call-row.tsx";
import { CallsHead } from "./calls-head.tsx";

const ROW_HEIGHT = { wide: 44, narrow: 64 };
const HEAD_HEIGHT = { wide: 40, narrow: 0 };
const OVERSCAN = 12;
/** The next page is fetched when this many loaded rows are left below. */
const FETCH_AHEAD = 30;
/** Up to this many rows need no scrolling. */
const FEW = 7;

interface Props {
  calls: Call[];
  /** Length of the whole list; null if not known. */
  total: number | null;
  /** Identifies the list; a different list is shown from its top. */
  listKey: string;
  sort: CallSort;
  onSort: (sort: CallSort) => void;
  more: { has: boolean; loading: boolean; failed: boolean; fetch: () => void };
  openId: string | null;
  onOpen: (id: string) => void;
}

/** The calls as a table that renders only its visible rows, whatever its length. */
export function CallsTable({ calls, total, listKey, sort, onSort, more, openId, onOpen }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const width = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false }) ? "narrow" : "wide";
  const height = ROW_HEIGHT[width];
  const rows = useVirtualizer({
    count: calls.length + (more.has ? 1 : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: OVERSCAN,
    scrollMargin: HEAD_HEIGHT[width],
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew when the row height changes
  useEffect(() => rows.measure(), [height]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its top
  useEffect(() => scroller.current?.scrollTo(0, 0), [listKey]);
  const seen = rows.getVirtualItems();
  const last = seen.at(-1)?.index ?? 0;
  const wanted = more.has && !more.loading && !more.failed && last >= calls.length - FETCH_AHEAD;
  useEffect(() => {
    if (wanted) more.fetch();
  }, [wanted, more.fetch]);

  return (
    <section
      ref={scroller}
      className="rf-calls"
      data-calls-scroller
      data-short={calls.length <= FEW || undefined}
      // scrolled by keyboard
      tabIndex={0}
      aria-label="List of calls"
    >
      <table aria-label="Calls of the batch" aria-rowcount={total === null ? -1 : total + 1} aria-colcount={7}>
        <CallsHead sort={sort} onSort={onSort} />
        <tbody className="rf-calls-body" style={{ height: rows.getTotalSize() }}>
          {seen.map(({ index, start }) => {
            const call = calls[index];
            return call ? (
              <CallRow
                key={call.id}
                call={call}
                index={index}
                height={height}
                offset={start - HEAD_HEIGHT[width]}
                open={call.id === openId}
                onOpen={onOpen}
              />
            ) : null;
          })}
        </tbody>
      </table>
      {more.loading && (
        <Center h={height} mt={-height}>
          <Loader size="sm" aria-label="Loading more calls" />
        </Center>
      )}
    </section>
  );
}
