import { Button, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { reads } from "../../api/queries.ts";
import type { Campaign } from "../../api/types.ts";
import { usePollInterval } from "../../live/connection.ts";
import { useLive } from "../../live/use-live.ts";
import { Empty } from "../../parts/empty.tsx";
import { Failure } from "../../parts/failure.tsx";
import { counted } from "../../parts/format.ts";
import { PageTitle } from "../../parts/page-title.tsx";
import { useSession } from "../../session.ts";
import { CampaignList } from "./campaign-list.tsx";
import { NewCampaign } from "./new-campaign.tsx";

/** A list up to this long needs no filter. */
const FILTERED_ABOVE = 8;
/** The API gives the newest hundred. */
const SHOWN = 100;

/** Campaigns with their figures, and the button for a new campaign. */
export function CampaignsPage() {
  useLive({});
  const { may } = useSession();
  const [creating, dialog] = useDisclosure(false);
  const campaigns = useQuery({ ...reads.campaigns(), refetchInterval: usePollInterval() });
  const button = (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={dialog.open}>
      New campaign
    </Button>
  );
  return (
    <Stack>
      <PageTitle title="Campaigns" actions={may("operator") && (campaigns.data?.length ?? 0) > 0 && button} />
      {campaigns.data ? (
        campaigns.data.length > 0 ? (
          <Filtered campaigns={campaigns.data} />
        ) : (
          <Empty title="No campaigns yet" action={may("operator") && button}>
            A campaign holds the people to call and the number to call them from. Create a campaign, import candidates,
            launch.
          </Empty>
        )
      ) : campaigns.isError ? (
        <Failure what="The campaigns" error={campaigns.error} onRetry={() => void campaigns.refetch()} />
      ) : (
        <Stack gap="xs" aria-busy aria-label="Loading the campaigns" role="status">
          {[1, 2, 3, 4].map((n) => (
            <Skeleton key={n} h={82} />
          ))}
        </Stack>
      )}
      <NewCampaign opened={creating} onClose={dialog.close} />
    </Stack>
  );
}

function Filtered({ campaigns }: { campaigns: Campaign[] }) {
  const [filter, setFilter] = useState("");
  const wanted = filter.trim().toLowerCase();
  const found = campaigns.filter(
    ({ name, from_number }) => name.toLowerCase().includes(wanted) || from_number.includes(wanted),
  );
  return (
    <Stack gap="sm">
      {campaigns.length > FILTERED_ABOVE && (
        <TextInput
          type="search"
          aria-label="Filter campaigns"
          placeholder="Filter campaigns"
          maw={360}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
      )}
      <Text size="sm" c="dimmed" role="status">
        {wanted === ""
          ? campaigns.length === SHOWN
            ? `The newest ${counted(SHOWN, "campaign")}`
            : counted(campaigns.length, "campaign")
          : `${counted(found.length, "campaign")} of ${campaigns.length}`}
      </Text>
      {found.length > 0 ? (
        <CampaignList campaigns={found} />
      ) : (
        <Empty
          title="No campaign has this name"
          action={
            <Button variant="default" size="sm" onClick={() => setFilter("")}>
              Show all
            </Button>
          }
        />
      )}
    </Stack>
  );
}
