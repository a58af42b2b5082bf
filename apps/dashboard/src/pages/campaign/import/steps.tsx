import { Group, Text, ThemeIcon } from "@mantine/core";
import classes from "./import.module.css";

const STEPS = ["Choose file", "Check columns", "Done"];

/** The current step of an import; `at` counts from 0. */
export function Steps({ at }: { at: number }) {
  return (
    <Group component="ol" gap="md" m={0} p={0} style={{ listStyle: "none" }} aria-label="Steps of the import">
      {STEPS.map((step, n) => (
        <Group key={step} component="li" gap={6} wrap="nowrap" {...(n === at && { "aria-current": "step" as const })}>
          <ThemeIcon radius="xl" size="sm" fz="xs" fw={700} variant={n === at ? "filled" : "default"} aria-hidden>
            {n + 1}
          </ThemeIcon>
          <Text size="sm" fw={n === at ? 600 : 400} {...(n !== at && { c: "dimmed", className: classes.otherStep })}>
            {step}
          </Text>
        </Group>
      ))}
    </Group>
  );
}
