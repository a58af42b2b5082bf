import { Alert, Button, Code, Group, Stack, Text } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy, IconKey } from "@tabler/icons-react";
import type { NewKey } from "../../api/types.ts";
import { useFocusAtFirst } from "../../parts/use-focus-at-first.ts";

const COPIED_FOR_MS = 3_000;

/** A key that was just created, to be copied now, because it is stored nowhere. */
export function ShownOnce({ made, onDone }: { made: NewKey; onDone: () => void }) {
  const copy = useFocusAtFirst<HTMLButtonElement>();
  const clipboard = useClipboard({ timeout: COPIED_FOR_MS });
  return (
    <Stack>
      <Alert role="status" color="teal" variant="light" icon={<IconKey />} title="The key was created">
        Copy it now: it is shown only this once and cannot be shown again.
      </Alert>
      <Text size="sm" className="rf-wrap" lineClamp={3}>
        For <bdi>{made.name}</bdi>, {made.role}:
      </Text>
      <Code block className="rf-wrap" style={{ whiteSpace: "pre-wrap" }}>
        {made.key}
      </Code>
      {clipboard.error && (
        <Text size="sm" role="alert">
          The browser does not let this page copy. Select the key and copy it by hand.
        </Text>
      )}
      <Group justify="flex-end">
        <Button
          ref={copy}
          leftSection={clipboard.copied ? <IconCheck size={18} aria-hidden /> : <IconCopy size={18} aria-hidden />}
          onClick={() => clipboard.copy(made.key)}
        >
          {clipboard.copied ? "Copied" : "Copy the key"}
        </Button>
        <Button variant="default" onClick={onDone}>
          Done
        </Button>
      </Group>
    </Stack>
  );
}
