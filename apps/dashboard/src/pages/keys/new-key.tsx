import { Button, Group, Modal, Radio, Stack, TextInput } from "@mantine/core";
import { ROLES, type Role } from "@ringfence/domain";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "../../api/client.ts";
import { reads } from "../../api/queries.ts";
import { faultAt, faultElsewhere } from "../../parts/faults.ts";
import { FormFault } from "../../parts/form-fault.tsx";
import { ROLE_WORDS } from "./roles-words.ts";
import { ShownOnce } from "./shown-once.tsx";

const FIELDS = ["name", "role", "expires_at"];

/** Creates a key and shows it once. A click beside the dialog does not close it, so that the key is not lost. */
export function NewKey({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="New key" centered closeOnClickOutside={false} closeOnEscape={false}>
      {opened && <Form onClose={onClose} />}
    </Modal>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("operator");
  const [expires, setExpires] = useState("");
  const create = useMutation({
    mutationFn: () =>
      api.POST("/v1/keys", {
        body: { name: name.trim(), role, ...(expires && { expires_at: new Date(expires).toISOString() }) },
      }),
    onSettled: () => client.invalidateQueries({ queryKey: reads.keys().queryKey }),
  });
  if (create.data) return <ShownOnce made={create.data} onDone={onClose} />;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!create.isPending) create.mutate();
  };
  const elsewhere = faultElsewhere(create.error, FIELDS);
  return (
    <form onSubmit={send} noValidate>
      <Stack>
        <TextInput
          label="Name"
          description="The person or program that gets the key; the activity shows this name."
          required
          data-autofocus
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={faultAt(create.error, "name")}
        />
        <Radio.Group
          label="Role"
          value={role}
          onChange={(value) => setRole(ROLES.find((each) => each === value) ?? "viewer")}
          error={faultAt(create.error, "role")}
        >
          <Stack gap="xs" mt="xs">
            {ROLES.map((each) => (
              <Radio key={each} value={each} label={each} description={ROLE_WORDS[each]} />
            ))}
          </Stack>
        </Radio.Group>
        <TextInput
          label="Expires"
          type="datetime-local"
          description="Optional, in your own time zone. Without a time the key is valid until it is deleted."
          value={expires}
          onChange={(event) => setExpires(event.currentTarget.value)}
          error={faultAt(create.error, "expires_at")}
        />
        {elsewhere && <FormFault title="Not created">{elsewhere}</FormFault>}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
