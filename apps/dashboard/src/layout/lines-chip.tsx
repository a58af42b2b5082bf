import { Badge } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { reads } from "../api/queries.ts";
import { usePollInterval } from "../live/connection.ts";
import { count } from "../parts/format.ts";

/** Lines in use, on every page; red words if all dialling is held. */
export function LinesChip() {
  const { data: lines } = useQuery({ ...reads.lines(), refetchInterval: usePollInterval() });
  if (!lines) return null;
  const said = `${count(lines.in_use)}/${count(lines.limit)} lines in use`; // begins with what is seen
  return (
    <Badge
      component={Link}
      href="/lines"
      size="lg"
      tt="none"
      variant={lines.held ? "filled" : "light"}
      color={lines.held ? "red" : lines.in_use > 0 ? "blue" : "gray"}
      style={{ cursor: "pointer", flexShrink: 0, ...(!lines.held && { "--badge-color": "var(--mantine-color-text)" }) }}
      aria-label={lines.held ? `Dialling is held. ${said}` : said}
    >
      {lines.held ? "held" : `${count(lines.in_use)}/${count(lines.limit)} lines`}
    </Badge>
  );
}
