import { Radio, Stack } from "@mantine/core";
import type { OnDuplicate } from "../use-import.ts";

/** What to do with people who are already in the campaign. */
export function DuplicateChoice({ value, onChange }: { value: OnDuplicate; onChange: (value: OnDuplicate) => void }) {
  return (
    <Radio.Group
      label="People already in the campaign"
      value={value}
      onChange={(chosen) => onChange(chosen === "update" ? "update" : "skip")}
    >
      <Stack gap="xs" mt="xs">
        <Radio value="skip" label="Leave them as they are" />
        <Radio
          value="update"
          label="Replace their name, external ID and variables"
          description="A person with an unfinished call is not changed."
        />
      </Stack>
    </Radio.Group>
  );
}
