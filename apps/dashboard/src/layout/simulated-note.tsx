import { Group, Text } from "@mantine/core";
import { IconFlask } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { reads } from "../api/queries.ts";

/** Says on every page that calls are simulated, while they are. */
export function SimulatedNote() {
  const { data: lines } = useQuery(reads.lines());
  if (!lines?.simulated) return null;
  return (
    <Group role="note" gap={6} mb="sm" wrap="nowrap" align="flex-start">
      <IconFlask size={16} aria-hidden style={{ flexShrink: 0, marginTop: 2 }} />
      <Text size="sm" c="dimmed">
        <b>Simulation.</b> Retell is the simulator: nobody&apos;s phone rings.
      </Text>
    </Group>
  );
}
