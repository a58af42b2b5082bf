import { Alert, Button, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAlertTriangle } from "@tabler/icons-react";
import { count, counted } from "../../../../parts/format.ts";
import type { Opened } from "../plan.ts";
import { RejectedRows } from "../report/rejected-rows.tsx";
import type { Sifted } from "./sift-source.ts";

/** How many of all rows will be rejected, and which. */
export function CheckNote({ opened, sifted }: { opened: Opened; sifted: Sifted }) {
  const { rows, taken, rejected } = sifted;
  const [isOpen, { toggle }] = useDisclosure(false);
  if (rejected === 0) return null;
  return (
    <Stack gap="sm">
      <Alert
        role="status"
        color="yellow"
        variant="light"
        icon={<IconAlertTriangle />}
        title={
          taken === 0 ? "No row can be imported" : `${count(rejected)} of ${counted(rows, "row")} will be rejected`
        }
      >
        <Text size="sm" mb="xs">
          {taken === 0
            ? "Check the columns and the country above; each row says why it is rejected."
            : "The other rows can be imported. Afterwards you can download the rejected rows and correct them."}
        </Text>
        <Button size="xs" variant="default" onClick={toggle} aria-expanded={isOpen}>
          {isOpen ? "Hide rejected rows" : "Show rejected rows"}
        </Button>
      </Alert>
      {isOpen && <RejectedRows opened={opened} sifted={sifted} />}
    </Stack>
  );
}
