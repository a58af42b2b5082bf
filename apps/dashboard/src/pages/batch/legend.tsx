import { ColorSwatch, Group, parseThemeColor, Text, useMantineTheme } from "@mantine/core";
import type { CallCounts } from "@ringfence/domain";
import { segmentsOf } from "../../parts/call-bar.tsx";
import { count } from "../../parts/format.ts";
import { CALL_COLORS } from "../../theme.ts";

/** The legend of the bar, with the number of calls for each colour. Hidden from screen readers, because the bar's label has the same text. */
export function Legend({ counts }: { counts: CallCounts }) {
  const theme = useMantineTheme();
  return (
    <Group gap="6px 20px" aria-hidden>
      {segmentsOf(counts).map(({ kind, label, calls }) => (
        <Group key={kind} gap={8} wrap="nowrap">
          <ColorSwatch
            size={12}
            withShadow={false}
            color={parseThemeColor({ color: CALL_COLORS[kind], theme }).value}
          />
          <Text size="sm">
            <b>{count(calls)}</b> {label}
          </Text>
        </Group>
      ))}
    </Group>
  );
}
