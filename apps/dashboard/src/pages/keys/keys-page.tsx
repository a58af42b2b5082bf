import { Alert, Button, Skeleton, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconLock, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { reads } from "../../api/queries.ts";
import type { Key } from "../../api/types.ts";
import { usePollInterval } from "../../live/connection.ts";
import { useLive } from "../../live/use-live.ts";
import { Empty } from "../../parts/empty.tsx";
import { Failure } from "../../parts/failure.tsx";
import { PageTitle } from "../../parts/page-title.tsx";
import { useSession } from "../../session.ts";
import { DeleteKey } from "./delete-key.tsx";
import { KeyList } from "./key-list.tsx";
import { NewKey } from "./new-key.tsx";

/** API keys: who may do what. Only for admins. */
export function KeysPage() {
  const { may } = useSession();
  if (may("admin")) return <Keys />;
  return (
    <Stack>
      <PageTitle title="Keys" />
      <Alert role="alert" color="gray" variant="light" icon={<IconLock />} title="Not allowed">
        Only admins can manage keys. Ask the person who gave you your key.
      </Alert>
    </Stack>
  );
}

function Keys() {
  useLive({});
  const keys = useQuery({ ...reads.keys(), refetchInterval: usePollInterval() });
  const [creating, dialog] = useDisclosure(false);
  const [leaving, setLeaving] = useState<Key | null>(null);
  const button = (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={dialog.open}>
      New key
    </Button>
  );
  return (
    <Stack>
      <PageTitle title="Keys" actions={keys.data && keys.data.length > 0 && button} />
      <Text size="sm" c="dimmed" maw="70ch">
        Create one key per person or program; its role sets what it may do. The activity shows the name of the key.
      </Text>
      {keys.data ? (
        keys.data.length > 0 ? (
          <KeyList keys={keys.data} onDelete={setLeaving} />
        ) : (
          <Empty title="No keys yet" action={button}>
            You are signed in with the admin key of the environment. Create a key for each person and program.
          </Empty>
        )
      ) : keys.isError ? (
        <Failure what="The keys" error={keys.error} onRetry={() => void keys.refetch()} />
      ) : (
        <Skeleton h={200} role="status" aria-busy aria-label="Loading the keys" />
      )}
      <NewKey opened={creating} onClose={dialog.close} />
      <DeleteKey apiKey={leaving} onClose={() => setLeaving(null)} />
    </Stack>
  );
}
