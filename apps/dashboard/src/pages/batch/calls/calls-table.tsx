import { Box, Button, Center, Skeleton, Stack, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { CallSort } from "@ringfence/domain";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import type { Call } from "../../../api/types.ts";
import { CallRow } from "./call-row.tsx";
import classes from "./calls-table.module.css";
import { nextSort } from "./filters.ts";

const ROW_HEIGHT = { wide: 44, narrow: 64 };
/** More rows are fetched when the last one is this near. */
const FETCH_AHEAD = 30;

const SKELETONS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const COLUMNS: { title: string; sort?: string }[] = [
  { title: "Name", sort: "name" },
  { title: "Number" },
  { title: "Status" },
  { title: "Reason" },
  { title: "Claimed", sort: "claimed_at" },
  { title: "Ended", sort: "ended_at" },
  { title: "Duration", sort: "duration_ms" },
];

/** Rows of calls, of which only those in sight are drawn, however many there are. */
export function CallsTable(props: {
  rows: readonly Call[];
  /** All there are; one more than `rows` if that is not known. */
  total: number;
  loading: boolean;
  failed: boolean;
  filtered: boolean;
  sort: CallSort;
  onSort: (sort: CallSort) => void;
  onClear: () => void;
  onOpen: (id: string) => void;
  onEnd: () => void;
}) {
  const { rows, total, loading, failed, filtered, sort, onSort, onClear, onOpen, onEnd } = props;
  const narrow = useMediaQuery("(max-width: 48em)") ?? false;
  const height = narrow ? ROW_HEIGHT.narrow : ROW_HEIGHT.wide;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => rows[index]!.id,
    overscan: 12,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height are measured anew
  useEffect(() => virtual.measure(), [height]);
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? -1;
  useEffect(() => {
    if (!failed && rows.length > 0 && last >= rows.length - FETCH_AHEAD) onEnd();
  });

  if (loading) {
    return (
      <Stack gap={4} aria-busy aria-label="Loading the calls">
        {SKELETONS.map((n) => (
          <Skeleton key={n} h={height - 4} />
        ))}
      </Stack>
    );
  }
  if (rows.length === 0) {
    return (
      <Center mih={160}>
        <Stack align="center" gap="xs">
          <Text>{filtered ? "No call matches." : "This batch has no calls."}</Text>
          {filtered && (
            <Button variant="default" size="xs" onClick={onClear}>
              Clear the filters
            </Button>
          )}
        </Stack>
      </Center>
    );
  }
  return (
    <Box
      ref={scroller}
      className={classes.scroller}
      data-calls-scroller
      // What scrolls must be reached by keyboard.
      tabIndex={0}
      role="region"
      aria-label="Calls, to scroll"
    >
      <div role="table" aria-rowcount={total + 1} aria-label="Calls">
        <div role="rowgroup" className={classes.head}>
          <div role="row" className={classes.row} aria-rowindex={1}>
            {COLUMNS.map(({ title, sort: column }) => (
              <div key={title} role="columnheader" aria-sort={ariaSort(column, sort)}>
                {column ? (
                  <button type="button" className={classes.sort} onClick={() => onSort(nextSort(column, sort))}>
                    {title}
                    <span aria-hidden>{sort === column ? " \u2191" : sort === `-${column}` ? " \u2193" : ""}</span>
                  </button>
                ) : (
                  title
                )}
              </div>
            ))}
          </div>
        </div>
        <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {shown.map(({ index, key, start }) => (
            <CallRow key={key} call={rows[index]!} index={index + 2} top={start} height={height} onOpen={onOpen} />
          ))}
        </div>
      </div>
      {failed && (
        <Center p="sm">
          <Button variant="default" size="xs" onClick={onEnd}>
            More could not be loaded. Try again
          </Button>
        </Center>
      )}
    </Box>
  );
}

const ariaSort = (column: string | undefined, sort: CallSort) =>
  column === undefined ? undefined : sort === column ? "ascending" : sort === `-${column}` ? "descending" : "none";
