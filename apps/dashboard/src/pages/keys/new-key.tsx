import { Alert, Button, Code, CopyButton, Group, NativeSelect, Radio, Stack, TextInput } from "@mantine/core";
import type { Role } from "@ringfence/domain";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ask } from "../../api/client.ts";
import { reads } from "../../api/queries.ts";
import type { NewKey as NewKeyView } from "../../api/types.ts";
import { faultOf, otherFault } from "../../parts/field-faults.ts";

const ROLES: { role: Role; may: string }[] = [
  { role: "viewer", may: "Looks; sees phone numbers masked" },
  { role: "operator", may: "Also imports, launches, pauses and stops" },
  { role: "admin", may: "Also changes lines and keys" },
];
const DAY_MS = 86_400_000;
const LIVES = [
  { value: "", label: "Does not expire" },
  { value: "1", label: "In a day" },
  { value: "7", label: "In 7 days" },
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
];

/** Makes a key and shows it, the only time that it is shown. */
export function NewKey({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("operator");
  const [days, setDays] = useState("");
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: () => {
      const expires = days && { expires_at: new Date(Date.now() + Number(days) * DAY_MS).toISOString() };
      return ask<NewKeyView>("POST", "/v1/keys", { body: { name, role, ...expires } });
    },
    onSuccess: () => void client.invalidateQueries({ queryKey: reads.keys().queryKey }),
  });
  if (make.data) return <Shown made={make.data} onClose={onClose} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!make.isPending) make.mutate();
  };
  const other = otherFault(make.error, ["name"]);
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          description="Whose it is: the name stands in the activity"
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.currentTarget.value)}
          error={faultOf(make.error, "name")}
          data-autofocus
        />
        <Radio.Group label="Role" value={role} onChange={(value) => setRole(value as Role)}>
          <Stack gap={6} mt={4}>
            {ROLES.map(({ role: each, may }) => (
              <Radio key={each} value={each} label={each} description={may} />
            ))}
          </Stack>
        </Radio.Group>
        <NativeSelect
          label="Expires"
          data={LIVES}
          value={days}
          onChange={(event) => setDays(event.currentTarget.value)}
        />
        {other && (
          <Alert role="alert" color="red" variant="light">
            {other}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={make.isPending}>
            Make key
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Shown({ made, onClose }: { made: NewKeyView; onClose: () => void }) {
  return (
    <Stack>
      <Alert role="alert" color="yellow" variant="light" title="Copy the key now">
        It is shown this once. Ringfence keeps only a digest of it.
      </Alert>
      <Code block className="rf-wrap" style={{ whiteSpace: "normal" }}>
        {made.key}
      </Code>
      <Group justify="flex-end">
        <CopyButton value={made.key}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  );
}
