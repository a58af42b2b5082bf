import { Button, Card, Checkbox, Group, NativeSelect, Stack, Text } from "@mantine/core";
import type { Asked, Opened } from "../plan.ts";
import { charsetName, isUnicode, OTHER_CHARSETS } from "./charset-names.ts";

/** The chosen source and how it is read: its charset, if it is not Unicode, and whether the first row names the columns. */
export function ChosenSource(props: { opened: Opened; onRead: (asked: Asked) => void; onOther: () => void }) {
  const { opened, onRead, onOther } = props;
  const { source, charset, hasHeader } = opened;
  return (
    <Card withBorder p="sm">
      <Stack gap="sm">
        <Group justify="space-between" gap="sm" wrap="nowrap">
          <div style={{ minWidth: 0 }}>
            <Text size="sm" fw={600} className="rf-wrap" lineClamp={2}>
              {source.fileName ?? "Pasted lines"}
            </Text>
            {source.fileName !== null && (
              <Text size="sm" c="dimmed">
                {charset === null
                  ? "Excel workbook, read from its first sheet"
                  : `Text, read as ${charsetName(charset)}`}
              </Text>
            )}
          </div>
          <Button size="xs" variant="default" onClick={onOther} style={{ flexShrink: 0 }}>
            {source.fileName === null ? "Edit" : "Choose another"}
          </Button>
        </Group>
        {source.charset !== null && charset !== null && !isUnicode(source.charset) && (
          <NativeSelect
            label="Character set"
            description="The file is not UTF-8. If letters look wrong in the preview, choose another character set."
            value={charset}
            data={OTHER_CHARSETS}
            onChange={({ currentTarget: { value } }) => onRead({ charset: value })}
          />
        )}
        {source.hasHeader === null && (
          <Checkbox
            label="The first row names the columns"
            checked={hasHeader}
            onChange={(event) => onRead({ hasHeader: event.currentTarget.checked })}
          />
        )}
      </Stack>
    </Card>
  );
}
