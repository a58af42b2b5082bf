import { Badge, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { reads } from "../api/queries.ts";
import { usePollInterval } from "../live/connection.ts";
import { blockedInWords } from "../parts/blocked-words.ts";
import { count, counted } from "../parts/format.ts";

/** Lines in use and workers alive, on every page; red words while nobody can be dialled. */
export function LinesChip() {
  const { data: lines } = useQuery({ ...reads.lines(), refetchInterval: usePollInterval() });
  if (!lines) return null;
  // A hold also blocks calls that are launched later.
  const blocked = blockedInWords(lines.held && !lines.blocked_by ? { ...lines, blocked_by: "held" } : lines);
  const inUse = `${count(lines.in_use)}/${count(lines.limit)} lines`;
  const workers = lines.workers === 0 ? "no worker" : counted(lines.workers, "worker");
  // The accessible name begins with the visible text, so that voice control finds it.
  const said = `${inUse}, ${workers} alive`;
  return (
    <Badge
      component={Link}
      href="/lines"
      size="lg"
      tt="none"
      variant={blocked ? "filled" : "light"}
      color={blocked ? "red.9" : lines.in_use > 0 ? "blue" : "gray"}
      style={{ cursor: "pointer", flexShrink: 0, ...(!blocked && { "--badge-color": "var(--mantine-color-text)" }) }}
      aria-label={blocked ? `${blocked.short}: ${blocked.title}. ${said}` : said}
    >
      {blocked ? (
        blocked.short
      ) : (
        <>
          {inUse}
          <Text span inherit visibleFrom="xs">
            , {workers}
          </Text>
        </>
      )}
    </Badge>
  );
}
