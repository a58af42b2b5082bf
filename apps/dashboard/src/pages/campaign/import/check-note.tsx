import { Alert, Button, Collapse, Progress, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { count, counted, share } from "../../../parts/format.ts";
import type { Opened } from "./plan.ts";
import { RejectedRows } from "./rejected-rows.tsx";
import type { Check } from "./use-check.ts";

/** How many of all rows will be imported and which will not, as soon as the whole file has been read. */
export function CheckNote({ opened, check }: { opened: Opened; check: Check }) {
  const { sifted, progress } = check;
  const [isOpen, { toggle }] = useDisclosure(false);
  if (!sifted) {
    const part = progress.share === null ? "" : ` (${share(Math.floor(progress.share * 100), 100)} of the file)`;
    return (
      <Stack gap={6}>
        <Text size="sm">
          Checking every row: {count(progress.rows)} so far{part}
        </Text>
        <Progress value={(progress.share ?? 0) * 100} aria-label="Rows checked" />
      </Stack>
    );
  }
  const { rows, taken, rejected } = sifted;
  if (rejected === 0) {
    return (
      <Alert
        role="status"
        color="teal"
        variant="light"
        icon={<IconCheck />}
        title={`All ${counted(rows, "row")} can be imported`}
      />
    );
  }
  return (
    <Alert
      role="status"
      color="yellow"
      variant="light"
      icon={<IconAlertTriangle />}
      title={taken === 0 ? "No row can be imported" : `${count(rejected)} of ${counted(rows, "row")} will be rejected`}
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          {taken === 0
            ? "Check the columns and the country above; each row says why it is rejected."
            : "The other rows can be imported. Afterwards you can download the rejected rows and correct them."}
        </Text>
        <Button size="xs" variant="default" onClick={toggle} aria-expanded={isOpen}>
          {isOpen ? "Hide rejected rows" : "Show rejected rows"}
        </Button>
      </Stack>
      <Collapse expanded={isOpen} mt="sm">
        {isOpen && <RejectedRows opened={opened} sifted={sifted} />}
      </Collapse>
    </Alert>
  );
}
