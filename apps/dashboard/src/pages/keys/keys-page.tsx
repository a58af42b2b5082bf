import { Alert, Badge, Button, Card, Group, Modal, Skeleton, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ask } from "../../api/client.ts";
import { reads } from "../../api/queries.ts";
import type { Key } from "../../api/types.ts";
import { useLive } from "../../live/use-live.ts";
import { Failure } from "../../parts/failure.tsx";
import { ago, moment } from "../../parts/format.ts";
import { PageTitle } from "../../parts/page-title.tsx";
import { useNow } from "../../parts/use-now.ts";
import { useSession } from "../../session.ts";
import { NewKey } from "./new-key.tsx";

const AGE_EVERY_MS = 30_000;

/** Who may use Ringfence, and as what. */
export function KeysPage() {
  useLive({});
  const { may } = useSession();
  if (!may("admin")) {
    return (
      <Stack>
        <PageTitle title="Keys" />
        <Alert title="Not allowed">Keys are made and deleted with a key of role admin. Yours has another role.</Alert>
      </Stack>
    );
  }
  return <Keys />;
}

function Keys() {
  const [making, form] = useDisclosure(false);
  const [doomed, setDoomed] = useState<Key | null>(null);
  const keys = useQuery(reads.keys());
  const now = useNow(AGE_EVERY_MS);
  return (
    <Stack>
      <PageTitle
        title="Keys"
        actions={
          <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={form.open}>
            New key
          </Button>
        }
      />
      <Text size="sm" c="dimmed">
        One key a person or program. Deleting one takes effect at once; whoever is signed in with it is signed out. The
        admin key that Ringfence was started with is not listed here.
      </Text>
      {keys.isError && !keys.data && <Failure what="The keys" error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.isPending && <Skeleton h={160} aria-label="Loading the keys" />}
      {keys.data?.length === 0 && <Text>No key yet: everybody uses the admin key.</Text>}
      <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: "none" }}>
        {keys.data?.map((key) => (
          <li key={key.id}>
            <KeyCard view={key} now={now} onDelete={() => setDoomed(key)} />
          </li>
        ))}
      </Stack>
      <Modal opened={making} onClose={form.close} title="New key" centered closeOnClickOutside={false}>
        {making && <NewKey onClose={form.close} />}
      </Modal>
      <Modal opened={doomed !== null} onClose={() => setDoomed(null)} title="Delete this key?" centered>
        {doomed && <Deletion view={doomed} onClose={() => setDoomed(null)} />}
      </Modal>
    </Stack>
  );
}

function KeyCard({ view, now, onDelete }: { view: Key; now: number; onDelete: () => void }) {
  const expired = view.expires_at !== null && Date.parse(view.expires_at) <= now;
  const facts = [
    `${view.prefix}...`,
    `made ${moment(view.created_at)} by ${view.created_by}`,
    view.last_used_at ? `last used ${ago(view.last_used_at, now)}` : "never used",
    view.expires_at ? `${expired ? "expired" : "expires"} ${moment(view.expires_at)}` : "does not expire",
  ];
  return (
    <Card withBorder padding="md">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Group gap="xs">
            <Text fw={600} className="rf-wrap">
              {view.name}
            </Text>
            <Badge variant="outline" color="gray" tt="none" style={{ "--badge-color": "var(--mantine-color-text)" }}>
              {view.role}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed" className="rf-wrap">
            {facts.join(" \u00b7 ")}
          </Text>
        </div>
        <Button variant="default" size="xs" onClick={onDelete} aria-label={`Delete the key ${view.name}`}>
          Delete
        </Button>
      </Group>
    </Card>
  );
}

function Deletion({ view, onClose }: { view: Key; onClose: () => void }) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => ask<void>("DELETE", `/v1/keys/${view.id}`),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: reads.keys().queryKey });
      onClose();
    },
  });
  return (
    <Stack>
      <Text className="rf-wrap">
        "{view.name}" ({view.prefix}...) stops working at once, and whoever is signed in with it is signed out.
      </Text>
      {remove.isError && (
        <Alert role="alert" color="red" variant="light">
          Not deleted: {remove.error.message}.
        </Alert>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          Delete
        </Button>
      </Group>
    </Stack>
  );
}
