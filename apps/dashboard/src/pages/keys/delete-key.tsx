import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/client.ts";
import { codeOf } from "../../api/errors.ts";
import { reads } from "../../api/queries.ts";
import type { Key } from "../../api/types.ts";
import { faultElsewhere } from "../../parts/faults.ts";
import { FormFault } from "../../parts/form-fault.tsx";

/** Asks for confirmation before a key is deleted: everyone who uses it is signed out immediately. */
export function DeleteKey({ apiKey, onClose }: { apiKey: Key | null; onClose: () => void }) {
  return (
    <Modal opened={apiKey !== null} onClose={onClose} title="Delete this key?" centered>
      {apiKey && <Question apiKey={apiKey} onClose={onClose} />}
    </Modal>
  );
}

function Question({ apiKey, onClose }: { apiKey: Key; onClose: () => void }) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: async () => {
      try {
        await api.DELETE("/v1/keys/{id}", { params: { path: { id: apiKey.id } } });
      } catch (error) {
        // Another person, or an earlier attempt without an answer, has already deleted it.
        if (codeOf(error) !== "not_found") throw error;
      }
    },
    onSuccess: onClose,
    onSettled: () => client.invalidateQueries({ queryKey: reads.keys().queryKey }),
  });
  return (
    <Stack>
      <Text className="rf-wrap">
        <b>
          <bdi>{apiKey.name}</bdi>
        </b>{" "}
        ({apiKey.role}) stops working immediately, and everyone signed in with it is signed out. This cannot be undone.
      </Text>
      {remove.isError && <FormFault title="Not deleted">{faultElsewhere(remove.error, [])}</FormFault>}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button color="red" onClick={() => remove.mutate()} loading={remove.isPending}>
          Delete the key
        </Button>
      </Group>
    </Stack>
  );
}
