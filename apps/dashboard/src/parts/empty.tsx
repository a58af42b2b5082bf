import { Card, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

/** An empty state: what belongs here, and the first step. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <Card withBorder padding="xl">
      <Stack align="center" gap="xs" py="md">
        <Text fw={600}>{title}</Text>
        {children && (
          <Text size="sm" c="dimmed" ta="center" maw="52ch">
            {children}
          </Text>
        )}
        {action}
      </Stack>
    </Card>
  );
}
